// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.core.Channel;
import dev.evenkeel.core.DeviceType;
import dev.evenkeel.core.RolloutId;
import dev.evenkeel.core.Version;
import dev.evenkeel.core.message.Assignment;
import dev.evenkeel.core.message.BootReport.Outcome;
import dev.evenkeel.core.message.Stage;
import dev.evenkeel.fleet.FleetFixture.FakeDevice;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FleetTest {
    private final FleetFixture home = new FleetFixture(new MemoryFleetRepository());

    @Test
    void a_device_of_the_group_is_assigned_the_rollouts_release() {
        FakeDevice device = home.device();
        Rollout rollout = home.rollOut("1.1");

        Assignment assignment = device.checksIn().assignment().orElseThrow();

        assertThat(assignment.rollout()).isEqualTo(rollout.id());
        assertThat(assignment.target()).isEqualTo("channels/dev/qemu-x86/1.1.json");
        assertThat(device.state()).isEqualTo(new UpdateState.Pending());
    }

    @Test
    void an_update_is_followed_from_download_to_signed_success() {
        FakeDevice device = home.device();
        RolloutId rollout = home.rollOut("1.1").id();
        device.checksIn();
        device.tells(Stage.WRITING, "1.1", rollout).checksIn();
        assertThat(device.state()).isEqualTo(new UpdateState.Downloading());
        device.tells(Stage.VERIFYING, "1.1", rollout).checksIn();
        assertThat(device.state()).isEqualTo(new UpdateState.Installing());
        device.tells(Stage.REBOOTING, "1.1", rollout).checksIn();
        assertThat(device.state()).isEqualTo(new UpdateState.Rebooting());
        device.running("1.1", true).tells(Stage.TRIAL, "1.1", rollout).checksIn();
        assertThat(device.state()).isEqualTo(new UpdateState.Checking());
        device.running("1.1").tells(Stage.COMMITTED, "1.1", rollout).checksIn();
        assertThat(device.state()).isEqualTo(new UpdateState.Checking());
        device.reports(Outcome.COMMITTED, "1.1", "");
        assertThat(device.state()).isEqualTo(new UpdateState.Succeeded(Evidence.SIGNED));
        assertThat(device.checksIn().assignment()).isEmpty();
    }

    @Test
    void a_report_that_says_committed_but_runs_another_release_proves_nothing() {
        FakeDevice device = home.device();
        home.rollOut("1.1");
        device.checksIn();
        device.reports(Outcome.COMMITTED, "1.1", "");
        assertThat(device.state()).isEqualTo(new UpdateState.Pending());
    }

    @Test
    void a_later_fallback_withdraws_the_success() {
        FakeDevice device = home.device();
        home.rollOut("1.1");
        device.checksIn();
        device.running("1.1").reports(Outcome.COMMITTED, "1.1", "");
        device.running("1.0").checksIn();
        assertThat(device.state())
                .isEqualTo(
                        new UpdateState.RolledBack(
                                "success withdrawn: the device runs 1.0", Evidence.SIGNED));
        assertThat(device.checksIn().assignment()).as("it is not tried again").isEmpty();
    }

    @Test
    void a_newer_update_does_not_withdraw_the_success_of_an_older_one() {
        FakeDevice device = home.device();
        RolloutId first = home.rollOut("1.1").id();
        device.checksIn();
        device.running("1.1").reports(Outcome.COMMITTED, "1.1", "").checksIn();
        RolloutId second = home.rollOut("1.2").id();
        device.checksIn();
        device.running("1.2", true).tells(Stage.TRIAL, "1.2", second).checksIn();
        device.running("1.2").reports(Outcome.COMMITTED, "1.2", "").checksIn();

        assertThat(home.fleet.rollouts().status(first).counts())
                .containsEntry(UpdateState.Name.SUCCEEDED, 1);
        assertThat(home.fleet.rollouts().status(second).counts())
                .containsEntry(UpdateState.Name.SUCCEEDED, 1);
    }

    @Test
    void a_rollback_has_the_reason_of_its_report_and_is_not_tried_again() {
        FakeDevice device = home.device();
        home.rollOut("1.2");
        device.checksIn();
        device.running("1.0").reports(Outcome.ROLLED_BACK, "1.2", "check 10-fail was red");
        assertThat(device.state().reason()).isEqualTo("check 10-fail was red");
        assertThat(device.checksIn().assignment()).isEmpty();
    }

    @Test
    void a_new_rollout_of_the_same_release_tries_again() {
        FakeDevice device = home.device();
        home.rollOut("1.2");
        device.checksIn();
        device.reports(Outcome.ROLLED_BACK, "1.2", "red");
        RolloutId again = home.rollOut("1.2").id();
        assertThat(device.checksIn().assignment().orElseThrow().rollout()).isEqualTo(again);
    }

    @Test
    void a_halted_rollout_assigns_nothing_and_a_resumed_one_does() {
        FakeDevice device = home.device();
        RolloutId rollout = home.rollOut("1.1").id();
        home.fleet.rollouts().halt(rollout, "smells");
        assertThat(device.checksIn().assignment()).isEmpty();
        home.fleet.rollouts().resume(rollout, "");
        assertThat(device.checksIn().assignment()).isPresent();
    }

    @Test
    void an_aborted_rollout_assigns_nothing_and_never_comes_back() {
        FakeDevice device = home.device();
        RolloutId rollout = home.rollOut("1.1").id();
        home.fleet.rollouts().abort(rollout, "1.2 is better");
        assertThat(device.checksIn().assignment()).isEmpty();
        assertThatThrownBy(() -> home.fleet.rollouts().resume(rollout, "on second thoughts"))
                .isInstanceOf(FleetException.Contradiction.class)
                .hasMessageContaining("start a new one");
        assertThat(home.fleet.rollouts().show(rollout).note()).isEqualTo("1.2 is better");
    }

    @Test
    void a_halted_newer_rollout_does_not_let_an_older_one_take_its_devices_back() {
        FakeDevice device = home.device();
        home.rollOut("1.1");
        RolloutId newer = home.rollOut("1.2").id();
        device.running("1.2").checksIn();
        home.fleet.rollouts().halt(newer, "");
        assertThat(device.checksIn().assignment()).isEmpty();
    }

    @Test
    void the_newest_rollout_wins_and_supersedes_what_an_older_one_began() {
        FakeDevice device = home.device();
        RolloutId older = home.rollOut("1.1").id();
        device.checksIn();
        home.rollOut("1.2");
        assertThat(device.checksIn().assignment().orElseThrow().release())
                .isEqualTo(new Version("1.2"));
        assertThat(home.fleet.rollouts().status(older).counts())
                .containsEntry(UpdateState.Name.SUPERSEDED, 1)
                .containsEntry(UpdateState.Name.FAILED, 0);
    }

    @Test
    void a_superseded_rollout_has_its_turn_again_when_the_other_one_stops() {
        FakeDevice device = home.device();
        RolloutId older = home.rollOut("1.1").id();
        device.checksIn();
        RolloutId newer = home.rollOut("1.2").id();
        device.checksIn();
        home.fleet.rollouts().halt(newer, "smells");
        assertThat(device.checksIn().assignment().orElseThrow().rollout()).isEqualTo(older);
        assertThat(device.checksIn().assignment().orElseThrow().rollout()).isEqualTo(older);
        home.fleet.rollouts().resume(newer, "it was the cheese");
        assertThat(device.checksIn().assignment().orElseThrow().rollout()).isEqualTo(newer);
        assertThat(device.state()).isEqualTo(new UpdateState.Pending());
    }

    @Test
    void hardware_that_the_release_does_not_fit_is_left_alone() {
        FakeDevice otherType = home.device(new DeviceType("rpi5"), 1);
        FakeDevice otherRevision = home.device(FleetFixture.TYPE, 9);
        Rollout rollout = home.rollOut("1.1");
        assertThat(otherType.checksIn().assignment()).isEmpty();
        assertThat(otherRevision.checksIn().assignment()).isEmpty();
        assertThat(home.fleet.rollouts().status(rollout.id()).devices()).isZero();
    }

    @Test
    void only_members_of_the_group_are_concerned() {
        FakeDevice member = home.device();
        FakeDevice other = home.device();
        var lab = new GroupName("lab");
        home.fleet.groups().put(lab, Set.of(member.id));
        home.rollOut("1.1", lab);
        assertThat(member.checksIn().assignment()).isPresent();
        assertThat(other.checksIn().assignment()).isEmpty();
    }

    @Test
    void the_group_all_is_always_there_and_cannot_be_changed() {
        FakeDevice device = home.device();
        assertThat(home.fleet.groups().show(GroupName.ALL).members()).containsExactly(device.id);
        assertThatThrownBy(() -> home.fleet.groups().put(GroupName.ALL, Set.of()))
                .isInstanceOf(FleetException.Contradiction.class);
    }

    @Test
    void a_silent_device_is_offline_after_three_polls_and_its_result_stays() {
        FakeDevice working = home.device();
        FakeDevice done = home.device();
        RolloutId rollout = home.rollOut("1.1").id();
        working.checksIn();
        working.tells(Stage.WRITING, "1.1", rollout).checksIn();
        done.checksIn();
        done.running("1.1").reports(Outcome.COMMITTED, "1.1", "").checksIn();
        home.pass(Duration.ofSeconds(90));
        assertThat(working.status().online()).isTrue();
        home.pass(Duration.ofSeconds(1));
        assertThat(working.status().online()).isFalse();
        assertThat(home.fleet.rollouts().status(rollout).counts())
                .containsEntry(UpdateState.Name.OFFLINE, 1)
                .containsEntry(UpdateState.Name.SUCCEEDED, 1);
    }

    @Test
    void the_silence_of_a_reboot_is_not_offline_until_it_is_too_long() {
        FakeDevice device = home.device();
        RolloutId rollout = home.rollOut("1.1").id();
        device.checksIn();
        device.tells(Stage.REBOOTING, "1.1", rollout).checksIn();
        home.pass(Duration.ofMinutes(5));
        assertThat(device.status().shown()).contains(UpdateState.Name.REBOOTING);
        home.pass(Duration.ofMinutes(10));
        assertThat(device.status().shown()).contains(UpdateState.Name.OFFLINE);
    }

    @Test
    void a_check_in_counter_that_goes_back_puts_both_holders_in_quarantine() {
        FakeDevice device = home.device();
        var copy = device.next();
        device.checksIn();
        assertThat(home.fleet.devices().checkIn(copy)).isInstanceOf(CheckInResult.TwoHolders.class);
        assertThat(device.status().state().quarantine()).isPresent();
        home.restart();
        assertThatThrownBy(device::checksIn).isInstanceOf(FleetException.Quarantined.class);
        assertThatThrownBy(() -> device.reports(Outcome.NONE, "", ""))
                .isInstanceOf(FleetException.Quarantined.class);
    }

    @Test
    void whichever_holder_is_left_when_the_quarantine_is_lifted_is_the_device() {
        FakeDevice device = home.device();
        var copy = device.next();
        device.checksIn();
        home.fleet.devices().checkIn(copy);
        home.fleet.devices().liftQuarantine(device.id);
        assertThat(device.status().state().quarantine()).isEmpty();
        assertThat(home.fleet.devices().checkIn(copy))
                .as("it was the copy that stayed")
                .isInstanceOf(CheckInResult.Answered.class);
        device.checksIn();
        assertThat(home.fleet.devices().checkIn(copy))
                .as("or was it?")
                .isInstanceOf(CheckInResult.TwoHolders.class);
    }

    @Test
    void alternating_boot_ids_show_two_holders() {
        FakeDevice device = home.device();
        device.checksIn();
        var original = device.boot();
        device.running("1.0").checksIn();
        assertThat(home.fleet.devices().checkIn(device.checkIn(50, original)))
                .isInstanceOf(CheckInResult.TwoHolders.class);
    }

    @Test
    void a_check_in_that_is_sent_again_because_its_answer_was_lost_is_answered_again() {
        FakeDevice device = home.device();
        home.rollOut("1.1");
        var checkIn = device.next();
        home.fleet.devices().checkIn(checkIn);
        assertThat(home.fleet.devices().checkIn(checkIn))
                .isInstanceOfSatisfying(
                        CheckInResult.Answered.class,
                        answered -> assertThat(answered.answer().assignment()).isPresent());
    }

    @Test
    void a_replayed_or_reordered_boot_report_is_refused() {
        FakeDevice device = home.device();
        var first = device.report(4, Outcome.NONE, "", "");
        home.fleet.devices().report(first, new byte[0]);
        assertThatThrownBy(() -> home.fleet.devices().report(first, new byte[0]))
                .isInstanceOf(FleetException.ReplayedReport.class);
        var older = device.report(3, Outcome.NONE, "", "");
        assertThatThrownBy(() -> home.fleet.devices().report(older, new byte[0]))
                .isInstanceOf(FleetException.ReplayedReport.class);
    }

    @Test
    void an_update_that_was_installed_by_hand_counts_where_a_rollout_wants_it() {
        FakeDevice device = home.device();
        RolloutId rollout = home.rollOut("1.1").id();
        device.running("1.1").reports(Outcome.COMMITTED, "1.1", "").checksIn();
        assertThat(home.fleet.rollouts().status(rollout).counts())
                .containsEntry(UpdateState.Name.SUCCEEDED, 1);
    }

    @Test
    void a_device_that_ran_the_release_already_needs_nothing() {
        FakeDevice device = home.device();
        RolloutId rollout = home.rollOut("1.0").id();
        assertThat(device.checksIn().assignment()).isEmpty();
        assertThat(home.fleet.rollouts().status(rollout).notNeeded()).isEqualTo(1);
    }

    @Test
    void a_version_never_becomes_another_release() {
        Release release = home.publish("1.1");
        var other =
                new Release(
                        new ReleaseName(new Version("1.1"), FleetFixture.manifest("other")),
                        release.name(),
                        "",
                        release.compatible(),
                        1,
                        1,
                        release.packages(),
                        Set.of(FleetFixture.DEV),
                        release.publishedAt());
        assertThatThrownBy(() -> home.fleet.releases().publish(other, PackageList.EMPTY))
                .isInstanceOf(FleetException.Contradiction.class);
    }

    @Test
    void a_release_that_comes_to_a_second_channel_stays_in_the_first() {
        Release release = home.publish("1.1");
        var prod = new Channel("prod");
        Release in =
                new Release(
                        release.release(),
                        release.name(),
                        "",
                        release.compatible(),
                        1,
                        1,
                        release.packages(),
                        Set.of(prod),
                        release.publishedAt());
        assertThat(home.fleet.releases().publish(in, PackageList.EMPTY).channels())
                .containsExactly(FleetFixture.DEV, prod);
        assertThatThrownBy(() -> home.rollOut("1.1"))
                .as("the channel must be named now")
                .isInstanceOf(FleetException.Contradiction.class);
        assertThat(
                        home.fleet
                                .rollouts()
                                .start(
                                        new Rollouts.Wanted(
                                                home.fleet
                                                        .releases()
                                                        .show(new Version("1.1"), Optional.empty()),
                                                Optional.of(prod),
                                                GroupName.ALL,
                                                Evidence.SIGNED))
                                .channel())
                .isEqualTo(prod);
    }

    @Test
    void the_timeline_tells_what_happened_newest_first() {
        FakeDevice device = home.device();
        home.rollOut("1.2");
        device.checksIn();
        device.reports(Outcome.ROLLED_BACK, "1.2", "red");
        assertThat(home.fleet.devices().timeline(device.id, 10))
                .extracting(DeviceEvent::text)
                .containsExactly(
                        "update to 1.2: rolled_back: red",
                        "boot report 1: rolled back 1.2, runs 1.0 in slot a, health green: red",
                        "shall run 1.2 by rollout r-1",
                        "booted 1.0 in slot a",
                        "certified: certificate until 2026-12-20T12:00:00Z",
                        "enrolled as qemu-x86 revision 2");
    }
}
