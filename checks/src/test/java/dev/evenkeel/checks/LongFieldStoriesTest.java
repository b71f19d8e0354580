// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.checks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.boot.BootRecord;
import dev.evenkeel.core.Slot;
import dev.evenkeel.lab.BootChoice;
import dev.evenkeel.lab.DemoDevice;
import dev.evenkeel.lab.MachineEvent;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;

/// More of what befalls devices in the field: too slow for each change (docs/how-we-know.md says
/// how to run it). Each story starts from a device at rest, or from one that will boot the release
/// 1.2 on its only trial boot next.
@Tag("long")
class LongFieldStoriesTest {
    private static final String AT_REST = "at-rest";
    private static final String ARMED = "armed";
    private static final String PRECIOUS = "sha256sum </data/precious";
    private static final String REBOOT_ASKED =
            "until [ -e /run/evenkeel-agent/reboot ]; do sleep 0.1; done";

    private static Scene scene;
    private static String precious;
    private static boolean isArmed;

    @BeforeAll
    static void a_device_enrols() throws Exception {
        scene = Scene.open(Path.of("target/long-field-stories"), "devices", Scene.FACTORY);
        scene.switchOn();
        scene.publish(Scene.GOOD);
        scene.publish(Scene.HASTY);
        scene.awaitShell();
        scene.awaitCommitted(Scene.FACTORY);
        scene.run("mkdir /data/test; head -c 1000000 /dev/urandom >/data/precious; sync");
        precious = scene.run(PRECIOUS).said();
        scene.switchOff();
        scene.keep(AT_REST);
    }

    /// Only made once a story needs it.
    private static void bootArmed() throws Exception {
        if (!isArmed) {
            boot(AT_REST);
            scene.awaitShell();
            scene.rollOut(Scene.HASTY);
            scene.run(REBOOT_ASKED);
            scene.cutPower(1);
            scene.keep(ARMED);
            isArmed = true;
        }
        boot(ARMED);
    }

    @BeforeEach
    void tell(TestInfo story) {
        Scene.say("--- " + story.getDisplayName());
    }

    @AfterAll
    static void the_end() throws Exception {
        if (scene != null) scene.close();
    }

    @Test
    void health_check_hangs_and_the_old_release_comes_back() throws Exception {
        bootArmed();
        assertThat(scene.awaitBoot().slot()).isEqualTo(Slot.B);
        scene.awaitShell();
        scene.run("echo 'sleep 600' >/data/test/check");

        requireFallback();

        assertThat(scene.awaitEnd(Scene.HASTY).reason()).contains("no answer within 60 seconds");
    }

    @Test
    void dead_network_in_the_new_release_and_the_old_one_comes_back() throws Exception {
        bootArmed();
        scene.machine().plugNetwork(false);
        assertThat(scene.awaitBoot().slot()).isEqualTo(Slot.B);

        requireFallback();

        scene.machine().plugNetwork(true);
        assertThat(scene.awaitEnd(Scene.HASTY).reason()).contains("no network interface");
    }

    @Test
    void agent_hangs_in_the_new_release_and_the_deadline_brings_the_old_one_back()
            throws Exception {
        bootArmed();
        assertThat(scene.awaitBoot().slot()).isEqualTo(Slot.B);
        scene.awaitShell();
        scene.run("until systemctl is-active -q evenkeel-agent; do sleep 0.2; done");
        scene.run("systemctl kill --signal=STOP evenkeel-agent");

        requireFallback();

        assertThat(scene.awaitEnd(Scene.HASTY).is("rolled_back")).isTrue();
    }

    @Test
    void kernel_panic_in_the_new_release_and_the_old_one_comes_back() throws Exception {
        bootArmed();
        assertThat(scene.awaitBoot().slot()).isEqualTo(Slot.B);
        scene.awaitShell();
        scene.machine().shell().tell("echo c >/proc/sysrq-trigger");

        requireFallback();

        assertThat(scene.awaitEnd(Scene.HASTY).is("rolled_back")).isTrue();
    }

    @Test
    void init_hangs_in_the_new_release_and_the_watchdog_brings_the_old_one_back() throws Exception {
        boot(AT_REST);
        scene.publish(Scene.DEAD);
        assertThat(scene.awaitBoot().slot()).isEqualTo(Slot.A);
        scene.awaitShell();
        scene.rollOut(Scene.DEAD);
        BootChoice trial = scene.awaitBoot();
        assertThat(trial.slot()).isEqualTo(Slot.B);

        requireFallback();

        assertThat(scene.machine().events())
                .anyMatch(event -> event instanceof MachineEvent.WatchdogFired);
        assertThat(scene.awaitEnd(Scene.DEAD).is("rolled_back")).isTrue();
    }

    @Test
    void out_of_memory_and_the_agent_lives_on() throws Exception {
        boot(AT_REST);
        scene.awaitShell();
        scene.awaitCommitted(Scene.FACTORY);
        scene.run("until [ -e /run/evenkeel-agent/up ]; do sleep 0.5; done");
        String agent = scene.run("systemctl show -p MainPID evenkeel-agent").said();

        // the shell itself is safe from the killer, what it starts here is not
        int killed = scene.run("echo 0 >/proc/self/oom_score_adj; exec tail /dev/zero").exitCode();

        assertThat(killed).as("SIGKILL").isEqualTo(137);
        assertThat(scene.run("systemctl show -p MainPID evenkeel-agent").said()).isEqualTo(agent);
        scene.rollOut(Scene.GOOD);
        assertThat(scene.awaitEnd(Scene.GOOD).is("succeeded")).isTrue();
    }

    @Test
    void systemd_crashes_and_the_device_restarts_by_itself() throws Exception {
        boot(AT_REST);
        scene.awaitBoot();
        scene.awaitShell();
        scene.machine().shell().tell("kill -SEGV 1");

        assertThat(scene.awaitBoot().slot()).isEqualTo(Slot.A);
        scene.awaitShell();
    }

    @Test
    void server_gone_for_a_week_and_the_update_goes_on_where_it_was() throws Exception {
        boot(AT_REST);
        scene.awaitShell();
        scene.rollOut(Scene.GOOD);
        scene.awaitWriting(8 << 20);
        scene.stopServer();
        scene.run("until evenkeel-agent status | grep -q '^Server *not reached'; do sleep 1; done");
        scene.cutPower(2);

        scene.switchOn(Instant.now().plus(Duration.ofDays(7)));
        assertThat(scene.awaitBoot().slot()).isEqualTo(Slot.A);
        scene.awaitShell();
        scene.awaitFile("/run/evenkeel/health", "verdict=green");
        scene.startServer();

        assertThat(scene.awaitEnd(Scene.GOOD).is("succeeded")).isTrue();
        assertThat(scene.run(PRECIOUS).said()).isEqualTo(precious);
    }

    /// A clock that is more than 15 years ahead of systemd's own age when the device starts is
    /// taken back by systemd. One that jumps later is not.
    @Test
    void clock_of_2090_and_the_device_updates_all_the_same() throws Exception {
        scene.goBackTo(AT_REST);
        scene.switchOn(Instant.parse("2039-01-01T00:00:00Z"));
        scene.awaitShell();
        assertThat(scene.run("date +%Y").said()).isEqualTo("2039");
        scene.run("date -s 2090-01-01");

        scene.rollOut(Scene.GOOD);

        scene.awaitWriting(8 << 20);
        assertThat(scene.run("date +%Y").said()).isEqualTo("2090");
        assertThat(scene.awaitEnd(Scene.GOOD).is("succeeded")).isTrue();
    }

    @Test
    void first_block_of_the_data_partition_lost_and_it_is_repaired_from_a_copy() throws Exception {
        scene.goBackTo(AT_REST);
        scene.damage().zero("data", 0, 4096);

        scene.switchOn();
        scene.awaitShell();

        assertThat(scene.run("cat /run/evenkeel/boot").said()).contains("data=repaired");
        assertThat(scene.run(PRECIOUS).said()).isEqualTo(precious);
    }

    /// As many cuts as `-Dcuts` says, at moments that `-Dseed` says, in one update.
    @Test
    void power_dips_at_any_moment_of_an_update_end_on_a_complete_release() throws Exception {
        int cuts = Integer.getInteger("cuts", 6);
        long seed = Long.getLong("seed", System.nanoTime());
        Scene.say("-Dcuts=" + cuts + " -Dseed=" + seed);
        var random = new Random(seed);
        boot(AT_REST);
        scene.rollOut(Scene.GOOD);
        for (int cut = 0; cut < cuts; cut++) {
            scene.awaitBoot();
            Thread.sleep(Duration.ofMillis(random.nextInt(60_000)));
            scene.cutPower(random.nextLong());
            scene.switchOn();
        }
        scene.awaitShell();

        // three dips in the trial boots leave it no attempt: the old release is as good an end
        DemoDevice.Update end = scene.awaitEnd(Scene.GOOD);
        scene.awaitCommitted(end.is("succeeded") ? Scene.GOOD : Scene.FACTORY);
        assertThat(scene.run(PRECIOUS).said()).isEqualTo(precious);
    }

    private static void boot(String kept) throws Exception {
        scene.goBackTo(kept);
        scene.switchOn();
    }

    private static void requireFallback() {
        BootChoice choice = scene.awaitBoot();
        assertThat(choice.slot()).isEqualTo(Slot.A);
        assertThat(choice.fallback()).isTrue();
        assertThat(choice.left()).isEqualTo(BootRecord.ATTEMPTS - 1);
    }
}
