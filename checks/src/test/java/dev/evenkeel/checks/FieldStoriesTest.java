// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.checks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.boot.BootRecord;
import dev.evenkeel.core.Digest;
import dev.evenkeel.core.Slot;
import dev.evenkeel.core.json.JsonObject;
import dev.evenkeel.lab.BootChoice;
import dev.evenkeel.lab.DemoDevice;
import dev.evenkeel.lab.DemoServer;
import dev.evenkeel.lab.MachineEvent;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;

/// What befalls devices in the field, one after the other to one device: real firmware, bootloader,
/// kernel, agent and server. The list that CI runs; `LongFieldStoriesTest` has the rest.
@Tag("real")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class FieldStoriesTest {
    @RegisterExtension static final StoryLine LINE = new StoryLine();

    private static final String PRECIOUS = "sha256sum </data/precious";

    /// What the hardware says about the end of the boot before.
    private static final String HOW_IT_ENDED = "grep ^reset= /run/evenkeel/boot";

    private static Scene scene;
    private static String deviceId;
    private static String precious;
    private static Optional<Digest> destroyedData = Optional.empty();
    private static DemoServer.StepCost cost = new DemoServer.StepCost(0, 0, 0);

    /// Bytes on the disk before the update began.
    private static long writtenBefore;

    @BeforeAll
    static void a_device_enrols() throws Exception {
        scene = Scene.openWithDeltas(Path.of("target/field-stories"), "devices", Scene.FACTORY);
        scene.switchOn();
        scene.publish(Scene.GOOD);
        scene.awaitShell();
        deviceId = scene.awaitCommitted(Scene.FACTORY).id();
        scene.run("head -c 1000000 /dev/urandom >/data/precious");
        precious = scene.run(PRECIOUS).said();
        // health checks of later boots wait for this test's word
        scene.run(
                "mkdir -p /data/test; echo 'until [ -e /run/go ]; do sleep 0.5; done'"
                        + " >/data/test/check; sync");
    }

    @AfterAll
    static void the_end() throws Exception {
        if (scene != null) scene.close();
    }

    @Test
    @Order(1)
    void overlay_full_and_the_device_checks_in_all_the_same() throws Exception {
        assertThat(scene.run("dd if=/dev/zero of=/filler bs=1M").said())
                .contains("No space left on device");
        scene.awaitDevice("a check-in with a full overlay", _ -> overlayIsFull());
    }

    private static boolean overlayIsFull() {
        try {
            JsonObject condition = scene.condition();
            return condition.size("overlay_used_bytes")
                    >= condition.size("overlay_size_bytes") * 99 / 100;
        } catch (java.io.IOException broken) {
            throw new java.io.UncheckedIOException(broken);
        }
    }

    @Test
    @Order(2)
    void data_partition_full_and_an_update_goes_on() throws Exception {
        assertThat(scene.run("dd if=/dev/zero of=/data/filler bs=1M; sync").said())
                .contains("No space left on device");

        cost = scene.awaitDeltas(Scene.FACTORY, Scene.GOOD);
        writtenBefore = scene.machine().disk().counters().bytesWritten();
        scene.rollOut(Scene.GOOD);

        // how far it is may be told when it is done: a busy device tells rarely
        scene.awaitDevice("the update under way", device -> device.update(Scene.GOOD).isPresent());
    }

    @Test
    @Order(3)
    void two_am_power_dip_50_km_away_and_the_update_resumes_on_trial_after_two_cuts()
            throws Exception {
        scene.awaitWritten(writtenBefore + (40 << 20));
        scene.cutPower(1);

        scene.switchOn();
        BootChoice old = scene.awaitBoot();
        assertThat(old.slot()).isEqualTo(Slot.A);
        assertThat(old.trial()).isFalse();
        scene.awaitShell();
        scene.run("touch /run/go");
        scene.run("until [ -e /run/evenkeel-agent/reboot ]; do sleep 0.1; done");
        scene.cutPower(2);

        scene.switchOn();
        BootChoice trial = scene.awaitBoot();
        assertThat(trial.slot()).isEqualTo(Slot.B);
        assertThat(trial.trial()).isTrue();
        assertThat(trial.left()).isEqualTo(BootRecord.ATTEMPTS - 1);
    }

    @Test
    @Order(4)
    void power_dip_in_a_trial_boot_and_one_attempt_is_lost_at_most() throws Exception {
        scene.machine().awaitSerial(Pattern.compile("evenkeel: slot b"), Scene.PATIENCE);
        scene.awaitWriting(1);
        scene.cutPower(3);

        scene.switchOn();
        BootChoice next = scene.awaitBoot();
        assertThat(next.slot()).isEqualTo(Slot.B);
        assertThat(next.trial()).isTrue();
        assertThat(next.left()).isEqualTo(BootRecord.ATTEMPTS - 2);
    }

    @Test
    @Order(5)
    void orderly_reboot_in_a_trial_gives_its_attempt_back() throws Exception {
        scene.awaitShell();
        scene.run("until systemctl is-active -q evenkeel-stopping; do sleep 0.5; done");
        scene.run("until [ -e /run/evenkeel-agent/up ]; do sleep 0.5; done");

        scene.machine().shell().tell("systemctl reboot");

        BootChoice next = scene.awaitBoot();
        assertThat(next.trial()).isTrue();
        assertThat(next.left()).isEqualTo(BootRecord.ATTEMPTS - 2);
    }

    @Test
    @Order(6)
    void power_dip_in_the_moment_of_the_commit_and_the_success_is_kept_and_told() throws Exception {
        scene.awaitShell();
        scene.run("touch /run/go");
        scene.run("until [ -e /run/evenkeel-agent/committed ]; do sleep 0.1; done");
        scene.cutPower(4);

        scene.switchOn();
        BootChoice next = scene.awaitBoot();
        assertThat(next.slot()).isEqualTo(Slot.B);
        assertThat(next.trial()).isFalse();
        scene.awaitShell();
        scene.run("rm /data/test/check; touch /run/go");
        DemoDevice.Update update = scene.awaitEnd(Scene.GOOD);
        assertThat(update.is("succeeded")).as("%s", update).isTrue();
        assertThat(update.evidence()).isEqualTo("signed");
        assertThat(scene.run(PRECIOUS).said()).isEqualTo(precious);
        // it came by deltas; what was verified is not fetched again, what was in flight at a cut,
        // a frame at most, may be
        assertThat(cost.bytes()).isLessThan(cost.chunkBytes());
        assertThat(scene.device().payloadBytesServed()).isLessThan(2 * cost.bytes() + (1 << 20));
    }

    @Test
    @Order(7)
    void kernel_panic_and_the_device_restarts_by_itself() throws Exception {
        scene.machine().shell().tell("echo c >/proc/sysrq-trigger");

        assertThat(scene.awaitBoot().slot()).isEqualTo(Slot.B);
    }

    @Test
    @Order(8)
    void dead_kernel_and_the_watchdog_restarts_the_device() throws Exception {
        scene.awaitShell();
        assertThat(scene.run(HOW_IT_ENDED).said()).isEqualTo("reset=unknown");
        // such a kernel does not restart after a panic
        scene.machine().shell().tell("echo 0 >/proc/sys/kernel/panic; echo c >/proc/sysrq-trigger");

        scene.machine()
                .awaitEvent(
                        "the watchdog",
                        event -> event instanceof MachineEvent.WatchdogFired,
                        Scene.PATIENCE);
        assertThat(scene.awaitBoot().slot()).isEqualTo(Slot.B);
        scene.awaitShell();
        assertThat(scene.run(HOW_IT_ENDED).said()).isEqualTo("reset=watchdog");
        scene.cutPower(5);
    }

    /// Lightning: the stories from here to the clock are one boot.
    @Test
    @Order(9)
    void both_boot_records_torn_and_a_complete_release_boots() throws Exception {
        Damage damage = scene.damage();
        damage.destroy("env-0", 1);
        damage.destroy("env-1", 2);
        damage.destroy("log", 3);
        damage.destroy("data", 4);
        destroyedData = Optional.of(damage.digest("data"));

        scene.switchOn(Instant.EPOCH);

        BootChoice choice = scene.awaitBoot();
        assertThat(choice.copies()).isEqualTo("xx");
        assertThat(choice.slot()).isEqualTo(Slot.A);
        scene.awaitShell();
    }

    @Test
    @Order(10)
    void clock_back_to_1970_and_the_device_still_reaches_its_server() throws Exception {
        DemoDevice device = scene.awaitCommitted(Scene.FACTORY);

        assertThat(device.id()).isEqualTo(deviceId);
    }

    @Test
    @Order(11)
    void a_release_that_was_left_again_is_no_success_any_more() throws Exception {
        DemoDevice device =
                scene.awaitDevice(
                        "the success to be withdrawn",
                        d ->
                                d.update(Scene.GOOD)
                                        .filter(update -> !update.is("succeeded"))
                                        .isPresent());
        assertThat(device.update(Scene.GOOD).orElseThrow().is("rolled_back")).isTrue();
    }

    @Test
    @Order(12)
    void log_partition_destroyed_and_it_is_wiped_with_the_same_id() throws Exception {
        assertThat(scene.condition().text("log")).isEqualTo("wiped");
        assertThat(scene.run("blkid -s UUID -o value $(readlink /run/evenkeel/part/log)").said())
                .isEqualTo(scene.run("cat /usr/lib/evenkeel/partitions/log.uuid").said());
        assertThat(scene.run("ls /var/log/journal/*/system.journal").exitCode()).isZero();
    }

    @Test
    @Order(13)
    void both_boot_records_are_good_again_once_the_device_is_healthy() throws Exception {
        scene.awaitBootRecords(found ->
                found.isSound()
                        && found.record().first() == Slot.A
                        && found.record().left(Slot.A) == BootRecord.ATTEMPTS);
    }

    @Test
    @Order(14)
    void data_partition_destroyed_and_the_device_says_so_and_leaves_it_alone() throws Exception {
        assertThat(scene.condition().text("data")).startsWith("broken: e2fsck");
        scene.cutPower(6);

        assertThat(scene.damage().digest("data")).isEqualTo(destroyedData.orElseThrow());
    }

    @Test
    @Order(15)
    void counter_at_zero_and_the_other_slot_boots() throws Exception {
        scene.damage().write(onTrialInB(0));

        scene.switchOn();

        BootChoice choice = scene.awaitBoot();
        assertThat(choice.slot()).isEqualTo(Slot.A);
        assertThat(choice.fallback()).isTrue();
        scene.cutPower(7);
    }

    @Test
    @Order(16)
    void half_written_slot_and_the_other_one_boots() throws Exception {
        // the first half is as it should be
        scene.damage().destroy("slot-b", 40L << 20, 120L << 20, 8);
        scene.damage().write(onTrialInB(1));

        scene.switchOn();

        assertThat(scene.awaitBoot().slot()).isEqualTo(Slot.B);
        BootChoice next = scene.awaitBoot();
        assertThat(next.slot()).isEqualTo(Slot.A);
        assertThat(next.fallback()).isTrue();
        scene.cutPower(8);
    }

    @Test
    @Order(17)
    void kernel_partition_destroyed_and_the_other_slot_boots() throws Exception {
        scene.damage().destroy("boot-b", 9);
        scene.damage().write(onTrialInB(1));

        scene.switchOn();

        assertThat(scene.awaitBoot().slot()).isEqualTo(Slot.B);
        assertThat(scene.awaitBoot().slot()).isEqualTo(Slot.A);
    }

    private static BootRecord onTrialInB(int left) {
        return new BootRecord(
                BootRecord.FORMAT,
                0,
                Slot.B,
                BootRecord.ATTEMPTS,
                left,
                Optional.of(Slot.B),
                0,
                true,
                "",
                new TreeMap<>());
    }
}
