// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.boot.BootRecord;
import dev.evenkeel.core.ClockQuality;
import dev.evenkeel.core.Slot;
import dev.evenkeel.core.message.BootReport;
import dev.evenkeel.core.message.BootReport.Outcome;
import dev.evenkeel.core.message.CheckIn;
import dev.evenkeel.core.message.Stage;
import dev.evenkeel.testkit.BuiltRelease;
import dev.evenkeel.testkit.Field;
import dev.evenkeel.testkit.Repository;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UpdateTest {
    @TempDir Path folder;
    private Field field;
    private BuiltRelease next;

    @BeforeEach
    void device_on_1_0_and_a_release_1_1() throws IOException {
        field = new Field(folder);
        next = field.repository.publish("1.1");
    }

    private void rollOut(String rollout, BuiltRelease release) throws IOException {
        field.server.assign(rollout, release);
        Agent agent = field.bootAndWork();
        assertThat(agent.hasEnded()).as(field.logText()).isTrue();
        assertThat(agent.stage().name()).isEqualTo(Stage.REBOOTING);
    }

    @Test
    void a_device_enrols_checks_in_and_reports_its_boot() throws IOException {
        field.bootAndWork();
        assertThat(field.server.enrolments).isEqualTo(1);
        CheckIn first = field.server.checkIns.getFirst();
        assertThat(first.running().release().text()).isEqualTo("1.0");
        assertThat(first.running().slot()).isEqualTo(Slot.A);
        assertThat(first.update()).isEmpty();
        assertThat(first.condition().log()).isEqualTo("wiped");
        assertThat(field.device.left).as("the launcher waits for it").containsKey("up");
        assertThat(field.server.outcomes()).containsExactly(Outcome.NONE);
        assertThat(field.server.reports.getFirst().verdict()).isEqualTo(BootReport.Verdict.GREEN);
    }

    @Test
    void an_update_is_written_verified_tried_committed_and_reported() throws IOException {
        rollOut("r-1", next);
        assertThat(field.device.release(Slot.B)).contains(next);
        assertThat(field.device.boot().trial()).isTrue();
        field.device.healthy();
        Agent agent = field.work(Duration.ofMinutes(1));

        assertThat(agent.stage().name()).isEqualTo(Stage.COMMITTED);
        assertThat(field.device.left).containsKey("committed");
        BootReport report = field.server.reports.getLast();
        assertThat(report.outcome()).isEqualTo(Outcome.COMMITTED);
        assertThat(report.attempts()).isEqualTo(1);
        assertThat(report.running().manifest()).contains(next.digest());
        assertThat(report.running().slot()).isEqualTo(Slot.B);
        assertThat(report.update().orElseThrow().manifest()).isEqualTo(next.digest());
        BootRecord record = field.device.bootRecords().load().record();
        assertThat(record.first()).isEqualTo(Slot.B);
        assertThat(record.trial()).isEmpty();
        assertThat(record.left(Slot.B)).isEqualTo(3);
        assertThat(field.device.boot().slot()).isEqualTo(Slot.B);
    }

    @Test
    void the_plan_is_logged_before_the_first_byte_and_reuses_the_running_slot() throws IOException {
        rollOut("r-1", next);
        String log = field.logText();
        assertThat(log).contains("plan for release 1.1 for slot b: fetch ").contains("reuse ");
        assertThat(log.indexOf("plan for")).isLessThan(log.indexOf("update: writing"));
        // two thirds of the images are in the running slot already
        long raw = (long) next.slot().length + next.boot().length;
        assertThat(field.server.downloaded).isPositive().isLessThan(raw * 6 / 10);
        assertThat(field.server.mostTimes()).isEqualTo(1);
    }

    @Test
    void the_server_sees_every_stage_on_the_way() throws IOException {
        rollOut("r-1", next);
        field.device.boot();
        field.work(Duration.ofSeconds(20));
        field.device.healthy();
        field.work(Duration.ofMinutes(1));
        List<Stage> stages =
                field.server.checkIns.stream()
                        .flatMap(one -> one.update().stream())
                        .map(update -> update.stage())
                        .distinct()
                        .toList();
        assertThat(stages).contains(Stage.REBOOTING, Stage.TRIAL, Stage.COMMITTED);
        assertThat(field.server.checkIns).extracting(CheckIn::counter).doesNotHaveDuplicates();
    }

    @Test
    void a_red_trial_comes_back_after_three_attempts_with_the_reason() throws IOException {
        rollOut("r-1", next);
        for (int attempt = 1; attempt <= 3; attempt++) {
            assertThat(field.device.boot().slot()).isEqualTo(Slot.B);
            field.device.unhealthy("50-app.sh", "no answer on port 80");
            Agent agent = field.work(Duration.ofMinutes(1));
            assertThat(agent.stage()).isInstanceOf(UpdateStage.Unhealthy.class);
            assertThat(agent.hasEnded()).isTrue();
        }
        assertThat(field.device.boot().slot()).isEqualTo(Slot.A);
        field.device.healthy();
        Agent agent = field.work(Duration.ofMinutes(2));
        assertThat(agent.stage().name()).isEqualTo(Stage.ROLLED_BACK);
        BootReport report = field.server.reports.getLast();
        assertThat(report.outcome()).isEqualTo(Outcome.ROLLED_BACK);
        assertThat(report.attempts()).isEqualTo(3);
        assertThat(report.reason())
                .isEqualTo(
                        "required check 50-app.sh failed: no answer on port 80; 3 attempts used");
        assertThat(report.running().release().text()).isEqualTo("1.0");
        assertThat(agent.hasEnded()).as("not tried again for the same rollout").isFalse();
    }

    @Test
    void a_trial_that_never_reaches_the_agent_is_told_apart() throws IOException {
        rollOut("r-1", next);
        for (int attempt = 1; attempt <= 3; attempt++) field.device.bootInVain();
        assertThat(field.device.boot().slot()).isEqualTo(Slot.A);
        field.device.healthy();
        field.work(Duration.ofMinutes(1));
        assertThat(field.server.reports.getLast().reason())
                .isEqualTo(
                        "trial never reached the health check: kernel panic, hang or power loss;"
                                + " 3 attempts used");
    }

    @Test
    void a_fallback_is_noticed_even_when_the_fallback_boot_itself_was_cut() throws IOException {
        rollOut("r-1", next);
        for (int attempt = 1; attempt <= 4; attempt++) field.device.bootInVain();
        assertThat(field.device.boot().fallback()).isFalse();
        field.device.healthy();
        field.work(Duration.ofMinutes(1));
        assertThat(field.server.reports.getLast().outcome()).isEqualTo(Outcome.ROLLED_BACK);
    }

    @Test
    void another_rollout_may_bring_the_same_release_again() throws IOException {
        rollOut("r-1", next);
        for (int attempt = 1; attempt <= 3; attempt++) field.device.bootInVain();
        field.bootAndWork();
        long before = field.server.downloaded;
        rollOut("r-2", next);
        field.device.boot();
        field.device.healthy();
        field.work(Duration.ofMinutes(1));
        assertThat(field.server.outcomes()).endsWith(Outcome.ROLLED_BACK, Outcome.COMMITTED);
        assertThat(field.server.downloaded).as("the slot held it already").isEqualTo(before);
    }

    @Test
    void an_orderly_reboot_in_a_trial_gives_its_attempt_back_at_most_three_times()
            throws IOException {
        rollOut("r-1", next);
        for (int reboot = 1; reboot <= 5; reboot++) {
            assertThat(field.device.boot().slot()).isEqualTo(Slot.B);
            Agent agent = field.work(Duration.ofSeconds(5));
            field.device.facts.put("stopping", Map.of("orderly", "yes", "cause", "user"));
            agent.onStop();
        }
        assertThat(field.device.boot().left()).isZero();
        assertThat(field.device.boot().slot()).as("then a fallback").isEqualTo(Slot.A);
    }

    @Test
    void a_reboot_by_the_deadline_gives_nothing_back() throws IOException {
        rollOut("r-1", next);
        assertThat(field.device.boot().left()).isEqualTo(2);
        Agent agent = field.work(Duration.ofSeconds(5));
        field.device.facts.put("stopping", Map.of("orderly", "no", "cause", "deadline"));
        agent.onStop();
        assertThat(field.device.boot().left()).isEqualTo(1);
    }

    @Test
    void a_committed_device_that_is_rebooted_often_never_falls_back() throws IOException {
        for (int boot = 1; boot <= 8; boot++) {
            assertThat(field.device.boot().slot()).isEqualTo(Slot.A);
            field.device.healthy();
            field.work(Duration.ofSeconds(20));
        }
        assertThat(field.device.bootRecords().load().record().left(Slot.A)).isEqualTo(3);
    }

    @Test
    void a_red_boot_outside_a_trial_is_reported_and_not_rebooted() throws IOException {
        field.device.boot();
        field.device.unhealthy("10-disk.sh", "disk is full");
        Agent agent = field.work(Duration.ofMinutes(1));
        assertThat(agent.hasEnded()).isFalse();
        BootReport report = field.server.reports.getFirst();
        assertThat(report.verdict()).isEqualTo(BootReport.Verdict.RED);
        assertThat(report.outcome()).isEqualTo(Outcome.NONE);
        assertThat(report.reason()).isEqualTo("required check 10-disk.sh failed: disk is full");
    }

    @Test
    void a_commit_waits_until_the_checks_were_green_for_long_enough() throws IOException {
        rollOut("r-1", next);
        field.device.boot();
        field.device.healthy();
        Agent agent = field.work(Duration.ofSeconds(9));
        assertThat(agent.stage()).isInstanceOf(UpdateStage.Trial.class);
        field.device.unhealthy("50-app.sh", "it crashed");
        field.work(agent, Duration.ofSeconds(3));
        assertThat(agent.stage()).isInstanceOf(UpdateStage.Unhealthy.class);
    }

    @Test
    void a_later_fallback_takes_the_success_back() throws IOException {
        rollOut("r-1", next);
        field.bootAndWork();
        assertThat(field.server.outcomes()).endsWith(Outcome.COMMITTED);
        for (int boot = 1; boot <= 3; boot++) field.device.bootInVain();
        assertThat(field.device.boot().slot()).isEqualTo(Slot.A);
        field.device.healthy();
        field.work(Duration.ofMinutes(1));
        assertThat(field.server.outcomes()).endsWith(Outcome.ROLLED_BACK);
        assertThat(field.server.reports.getLast().reason()).contains("did not boot any more");
    }

    @Test
    void a_success_that_a_fallback_undid_before_it_was_told_is_never_told() throws IOException {
        rollOut("r-1", next);
        field.server.fault = Optional.of(new IOException("no route"));
        field.bootAndWork();
        assertThat(field.logText()).contains("outcome committed");
        for (int boot = 1; boot <= 3; boot++) field.device.bootInVain();
        field.server.fault = Optional.empty();
        assertThat(field.device.boot().slot()).isEqualTo(Slot.A);
        field.device.healthy();
        field.work(Duration.ofMinutes(20));
        assertThat(field.server.outcomes())
                .endsWith(Outcome.ROLLED_BACK)
                .doesNotContain(Outcome.COMMITTED);
    }

    @Test
    void while_the_other_slot_is_half_written_a_fallback_does_not_go_there() throws IOException {
        field.server.assign("r-1", next);
        field.server.carrier =
                (path, bytes) -> {
                    if (path.startsWith("packs/")) throw new IOException("link is down");
                    return bytes;
                };
        field.bootAndWork();
        assertThat(field.device.bootRecords().load().record().otherAllowed()).isFalse();
        for (int boot = 1; boot <= 6; boot++) {
            assertThat(field.device.boot().slot()).isEqualTo(Slot.A);
        }
    }

    @Test
    void a_halted_rollout_stops_the_update_and_a_resumed_one_goes_on() throws IOException {
        field.server.assign("r-1", next);
        int[] packs = {0};
        field.server.carrier =
                (path, bytes) -> {
                    if (path.startsWith("packs/") && ++packs[0] > 1) {
                        throw new IOException("link is down");
                    }
                    return bytes;
                };
        field.bootAndWork();
        field.server.assignment = Optional.empty();
        Agent agent = field.work(Duration.ofMinutes(2));
        assertThat(agent.stage().name()).isEqualTo(Stage.IDLE);
        field.server.carrier = (_, bytes) -> bytes;
        rollOut("r-1", next);
        assertThat(field.server.mostTimes()).isEqualTo(1);
    }

    @Test
    void storage_that_does_not_keep_what_is_written_ends_in_a_clear_failure() throws IOException {
        field.server.assign("r-1", next);
        field.device.disk("slot-b").decay();
        Agent agent = field.bootAndWork();
        assertThat(agent.stage().name()).isEqualTo(Stage.FAILED);
        assertThat(field.server.reports.getLast().reason())
                .contains("slot-b: reading back expected SHA-256")
                .contains("the storage does not keep what is written");
        assertThat(field.device.bootRecords().load().record().trial()).isEmpty();
    }

    private void loseBothBootRecords() {
        field.device.disk("env-0").fill(new byte[8192]);
        field.device.disk("env-1").fill(new byte[8192]);
    }

    /// The default record boots slot a. When that is the slot on trial, it boots without the mark
    /// that starts the deadline, and an agent that waits for health checks would wait for ever.
    @Test
    void both_boot_records_lost_in_a_trial_of_slot_a_begin_the_trial_anew() throws IOException {
        rollOut("r-1", next);
        field.bootAndWork();
        BuiltRelease third = field.repository.publish("1.2");
        rollOut("r-2", third);
        assertThat(field.device.boot().slot()).isEqualTo(Slot.A);
        field.work(Duration.ofSeconds(20));
        loseBothBootRecords();

        assertThat(field.device.boot().trial()).isFalse();
        Agent agent = field.work(Duration.ofSeconds(20));
        assertThat(agent.hasEnded()).as(field.logText()).isTrue();
        for (int attempt = 1; attempt <= 3; attempt++) {
            assertThat(field.device.boot().trial()).isTrue();
            field.work(Duration.ofSeconds(20));
        }
        assertThat(field.device.boot().slot()).isEqualTo(Slot.B);
        field.device.healthy();
        assertThat(field.work(Duration.ofMinutes(1)).stage().name()).isEqualTo(Stage.ROLLED_BACK);
        assertThat(field.server.reports.getLast().outcome()).isEqualTo(Outcome.ROLLED_BACK);
    }

    @Test
    void a_release_that_was_left_is_never_a_place_to_rest() throws IOException {
        rollOut("r-1", next);
        field.bootAndWork();
        rollOut("r-2", field.repository.publish("1.2"));
        for (int attempt = 1; attempt <= 3; attempt++) {
            field.device.boot();
            field.device.unhealthy("50-app.sh", "no answer on port 80");
            field.work(Duration.ofMinutes(1));
        }
        assertThat(field.device.boot().slot()).isEqualTo(Slot.B);
        Agent agent = field.work(Duration.ofSeconds(5));
        assertThat(agent.stage().name()).isEqualTo(Stage.ROLLED_BACK);
        loseBothBootRecords();

        assertThat(field.device.boot().slot()).isEqualTo(Slot.A);
        assertThat(field.work(Duration.ofSeconds(20)).hasEnded()).as(field.logText()).isTrue();
        assertThat(field.device.boot().trial()).isTrue();
    }

    @Test
    void an_orderly_reboot_after_a_fallback_keeps_the_failed_slot_on_trial() throws IOException {
        rollOut("r-1", next);
        for (int attempt = 1; attempt <= 3; attempt++) field.device.bootInVain();
        assertThat(field.device.boot().slot()).isEqualTo(Slot.A);
        Agent agent = field.work(Duration.ofSeconds(5));
        field.device.facts.put("stopping", Map.of("orderly", "yes"));
        agent.onStop();
        BootRecord record = field.device.bootRecords().load().record();
        assertThat(record.left(Slot.A)).isEqualTo(3);
        assertThat(record.isOnTrial(Slot.B)).isTrue();
        for (int attempt = 1; attempt <= 3; attempt++) field.device.bootInVain();
        assertThat(field.device.boot().trial()).isTrue();
    }

    @Test
    void a_lost_journal_in_a_trial_still_ends_in_a_commit() throws IOException {
        rollOut("r-1", next);
        field.device.boot();
        var state = new dev.evenkeel.boot.StatePartition(field.device.disk("state"));
        state.write(dev.evenkeel.boot.Region.JOURNAL, new byte[] {'?'});
        field.device.healthy();
        Agent agent = field.work(Duration.ofMinutes(1));
        assertThat(agent.stage().name()).isEqualTo(Stage.COMMITTED);
        assertThat(field.device.bootRecords().load().record().first()).isEqualTo(Slot.B);
    }

    @Test
    void two_broken_copies_of_the_boot_record_are_healed_to_what_runs() throws IOException {
        rollOut("r-1", next);
        field.bootAndWork();
        field.device.boot();
        field.device.disk("env-0").fill(new byte[8192]);
        field.device.disk("env-1").fill(new byte[8192]);
        field.device.healthy();
        field.work(Duration.ofSeconds(20));
        assertThat(field.device.bootRecords().load().isSound()).isTrue();
        assertThat(field.device.boot().slot()).isEqualTo(Slot.B);
    }

    @Test
    void reports_wait_until_the_server_has_them() throws IOException {
        field.bootAndWork();
        field.server.fault = Optional.of(new IOException("no route"));
        for (int boot = 1; boot <= 3; boot++) field.bootAndWork();
        assertThat(field.server.reports).hasSize(1);
        field.server.fault = Optional.empty();
        field.work(Duration.ofMinutes(20));
        assertThat(field.server.reports).hasSize(4);
        assertThat(field.server.reports)
                .extracting(BootReport::counter)
                .containsExactly(1L, 2L, 3L, 4L);
    }

    @Test
    void a_clock_decades_off_stops_neither_trust_nor_an_update() throws IOException {
        for (String time : List.of("1970-01-01T00:00:10Z", "2090-01-01T00:00:00Z")) {
            field.clock.set(Instant.parse(time));
            field.bootAndWork();
        }
        CheckIn told = field.server.checkIns.getLast();
        assertThat(told.sent().clock()).isEqualTo(ClockQuality.FLOOR);
        assertThat(told.sent().at())
                .isBetween(Repository.NOW, Repository.NOW.plus(Duration.ofHours(1)));
        rollOut("r-1", next);
    }

    @Test
    void expired_metadata_hold_a_new_install_back_without_failing_it() throws IOException {
        field.device.isSynced = true;
        field.clock.set(Repository.NOW.plus(Duration.ofDays(3 * 365)));
        field.server.assign("r-1", next);
        Agent agent = field.bootAndWork();
        assertThat(agent.stage().name()).isEqualTo(Stage.IDLE);
        assertThat(field.server.checkIns.getLast().condition().lastError()).contains("expired");
        assertThat(field.server.outcomes()).containsExactly(Outcome.NONE);
    }

    @Test
    void an_operator_rolls_back_on_the_device_and_the_rollout_does_not_come_again()
            throws IOException {
        rollOut("r-1", next);
        field.bootAndWork();
        field.device.boot();
        field.device.healthy();
        Agent agent = field.work(Duration.ofSeconds(20));
        field.device.left.put(Rollback.REQUEST, "");
        field.work(agent, Duration.ofSeconds(5));
        assertThat(field.device.left.get(Rollback.ANSWER)).startsWith("granted");
        assertThat(agent.hasEnded()).isTrue();
        assertThat(field.device.boot().slot()).isEqualTo(Slot.A);
        field.device.healthy();
        Agent back = field.work(Duration.ofMinutes(3));
        assertThat(back.stage().name()).isEqualTo(Stage.COMMITTED);
        assertThat(back.hasEnded()).as("r-1 is settled").isFalse();
        assertThat(field.device.boot().slot()).isEqualTo(Slot.A);
    }

    @Test
    void an_operator_cannot_roll_back_to_a_slot_that_was_never_committed() throws IOException {
        Agent agent = field.bootAndWork();
        field.device.left.put(Rollback.REQUEST, "");
        field.work(agent, Duration.ofSeconds(5));
        assertThat(field.device.left.get(Rollback.ANSWER))
                .isEqualTo("denied: slot b holds no complete committed release\n");
    }
}
