// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.core.Slot;
import dev.evenkeel.core.message.BootReport;
import dev.evenkeel.core.message.BootReport.Outcome;
import dev.evenkeel.testkit.BuiltRelease;
import dev.evenkeel.testkit.Field;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A committed release that comes up healthy and then ends unexpectedly, again and again.
class RestartTest {
    @TempDir Path folder;
    private Field field;
    private BuiltRelease next;

    @BeforeEach
    void device_on_1_1_with_1_0_as_its_way_back() throws IOException {
        field = new Field(folder);
        next = field.repository.publish("1.1");
        field.server.assign("r-1", next);
        assertThat(field.bootAndWork().hasEnded()).isTrue();
        field.bootAndWork();
        assertThat(field.server.outcomes()).endsWith(Outcome.COMMITTED);
    }

    /// A boot that is healthy for so long; what follows is an end without a shutdown.
    private Slot bootFor(Duration time) throws IOException {
        Slot slot = field.device.boot().slot();
        field.device.healthy();
        Agent agent = field.work(Duration.ofSeconds(20));
        field.clock.advance(time);
        agent.tick();
        return slot;
    }

    private Slot shortBoot() throws IOException {
        return bootFor(Duration.ofMinutes(5));
    }

    /// A file that is rarely read is broken: the device comes up, and dies when it is read.
    private Slot shortBootOfDamaged(Slot damaged, BuiltRelease release) throws IOException {
        field.device.disk("slot-" + damaged).fill(release.slot());
        Slot slot = field.device.boot().slot();
        byte[] bytes = release.slot().clone();
        bytes[bytes.length / 2] ^= 1;
        field.device.disk("slot-" + damaged).fill(bytes);
        field.device.healthy();
        field.work(Duration.ofMinutes(1));
        return slot;
    }

    private Slot shortBootEndedByTheWatchdog() throws IOException {
        Slot slot = field.device.boot().slot();
        field.device.facts.put("boot", Map.of("data", "ok", "log", "ok", "reset", "watchdog"));
        field.device.healthy();
        field.work(Duration.ofMinutes(1));
        return slot;
    }

    private BootReport lastReport() {
        return field.server.reports.getLast();
    }

    @Test
    void a_flapping_mains_supply_never_makes_a_sound_release_fall_back() throws IOException {
        for (int cut = 1; cut <= 40; cut++)
            assertThat(shortBoot()).as("cut " + cut).isEqualTo(Slot.B);
        assertThat(field.server.outcomes()).doesNotContain(Outcome.ROLLED_BACK);
        assertThat(lastReport().reason())
                .contains("release 1.1 ended unexpectedly 40 times in a row");
        assertThat(field.logText()).contains("the slot is sound: power, kernel or hardware");
    }

    @Test
    void a_slot_with_a_broken_block_is_left_after_six_restarts_and_the_report_says_why()
            throws IOException {
        int boots = 0;
        while (shortBootOfDamaged(Slot.B, next) == Slot.B) {
            assertThat(++boots).as(field.logText()).isLessThan(12);
        }
        assertThat(boots).isGreaterThanOrEqualTo(Restarts.SUSPICIOUS_ENDS);
        assertThat(lastReport().outcome()).isEqualTo(Outcome.ROLLED_BACK);
        assertThat(lastReport().running().slot()).isEqualTo(Slot.A);
        assertThat(lastReport().reason())
                .contains("release 1.1 ended unexpectedly 6 times in a row")
                .contains("slot-b: reading back expected SHA-256");
    }

    @Test
    void a_release_that_hangs_again_and_again_is_left() throws IOException {
        int boots = 0;
        while (shortBootEndedByTheWatchdog() == Slot.B) {
            assertThat(++boots).as(field.logText()).isLessThan(12);
        }
        assertThat(lastReport().outcome()).isEqualTo(Outcome.ROLLED_BACK);
        assertThat(lastReport().reason()).contains("6 times by the watchdog");
    }

    @Test
    void the_two_slots_never_take_turns() throws IOException {
        while (shortBootOfDamaged(Slot.B, next) == Slot.B) {}
        for (int boot = 1; boot <= 20; boot++) {
            assertThat(shortBootOfDamaged(Slot.A, field.factory)).isEqualTo(Slot.A);
        }
        assertThat(field.device.bootRecords().load().record().left(Slot.A)).isEqualTo(3);
        assertThat(field.server.outcomes().stream().filter(Outcome.ROLLED_BACK::equals)).hasSize(1);
    }

    @Test
    void a_damaged_slot_is_not_left_for_one_that_is_not_complete() throws IOException {
        field.device.disk("boot-a").fill(new byte[field.factory.boot().length]);
        for (int boot = 1; boot <= 14; boot++) {
            assertThat(shortBootOfDamaged(Slot.B, next)).isEqualTo(Slot.B);
        }
        assertThat(field.server.outcomes()).doesNotContain(Outcome.ROLLED_BACK);
    }

    @Test
    void reboots_in_good_order_are_not_counted() throws IOException {
        for (int boot = 1; boot <= 14; boot++) {
            assertThat(field.device.boot().slot()).isEqualTo(Slot.B);
            field.device.healthy();
            Agent agent = field.work(Duration.ofSeconds(20));
            field.device.facts.put("stopping", Map.of("orderly", "yes", "cause", "user"));
            agent.onStop();
        }
        assertThat(lastReport().reason()).isEmpty();
    }

    @Test
    void a_boot_that_lasted_half_an_hour_is_not_counted() throws IOException {
        for (int boot = 1; boot <= 14; boot++) bootFor(RestartWatch.SOON);
        assertThat(lastReport().reason()).isEmpty();
    }

    @Test
    void a_stable_run_forgets_what_was_counted() throws IOException {
        for (int boot = 1; boot <= 6; boot++) shortBoot();
        bootFor(RestartWatch.STABLE);
        for (int boot = 1; boot <= 6; boot++) shortBoot();
        assertThat(lastReport().reason()).isEmpty();
        shortBoot();
        assertThat(lastReport().reason()).contains("6 times in a row");
    }

    @Test
    void an_agent_that_restarts_in_one_boot_counts_nothing() throws IOException {
        field.device.boot();
        field.device.healthy();
        for (int start = 1; start <= 14; start++) field.work(Duration.ofSeconds(20));
        assertThat(shortBoot()).isEqualTo(Slot.B);
        assertThat(lastReport().reason()).isEmpty();
    }
}
