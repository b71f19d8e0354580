// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.core.message.BootReport.Outcome;
import dev.evenkeel.core.message.FetchBudget.Beyond;
import dev.evenkeel.core.message.Stage;
import dev.evenkeel.fleet.FleetFixture.FakeDevice;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What every repository of a fleet must do.
public abstract class FleetRepositoryContract {
    /// For the subclasses.
    protected FleetRepositoryContract() {}

    private FleetRepository repository;
    private FleetFixture home;

    protected abstract FleetRepository empty();

    /// Another view of the same memory, as a restarted server has it.
    protected abstract FleetRepository reopened();

    @BeforeEach
    void begin() {
        repository = empty();
        home = new FleetFixture(repository);
    }

    @Test
    void an_empty_repository_remembers_nothing() {
        assertThat(repository.load()).isEqualTo(FleetRepository.Kept.NOTHING);
    }

    @Test
    void an_acknowledged_enrolment_is_there_without_a_flush() {
        FakeDevice device = home.device();
        FleetRepository.Kept kept = reopened().load();
        assertThat(kept.devices()).extracting(Device::id).containsExactly(device.id);
        assertThat(kept.tokens())
                .extracting(t -> t.usedBy().orElseThrow())
                .containsExactly(device.id);
        assertThat(kept.devices().getFirst())
                .usingRecursiveComparison()
                .isEqualTo(device.status().device());
    }

    @Test
    void an_acknowledged_boot_report_is_there_without_a_flush() {
        FakeDevice device = home.device();
        home.rollOut("1.1");
        device.checksIn();
        device.running("1.1").reports(Outcome.COMMITTED, "1.1", "all good");
        FleetRepository again = reopened();
        assertThat(again.load().updates()).containsExactlyElementsOf(device.status().updates());
        assertThat(again.load().states().getFirst()).isEqualTo(device.status().state());
        assertThat(again.reports(device.id, 10)).containsExactly(new byte[] {1});
    }

    @Test
    void rollouts_groups_and_releases_are_there_without_a_flush() {
        FakeDevice device = home.device();
        home.fleet.groups().put(new GroupName("lab"), Set.of(device.id));
        Rollout rollout = home.rollOut("1.1", new GroupName("lab"));
        Rollout halted = home.fleet.rollouts().halt(rollout.id(), "it smells");
        FleetRepository.Kept kept = reopened().load();
        assertThat(kept.rollouts()).containsExactly(halted);
        assertThat(kept.groups())
                .containsExactly(new Group(new GroupName("lab"), Set.of(device.id)));
        assertThat(kept.releases()).isEqualTo(home.fleet.releases().list());
    }

    @Test
    void a_check_in_is_there_after_the_flush_with_all_that_it_told() {
        FakeDevice device = home.device();
        Rollout rollout = home.rollOut("1.1");
        device.checksIn();
        device.tells(Stage.WRITING, "1.1", rollout.id()).checksIn();
        device.running("1.0").checksIn();
        home.fleet.flush();
        FleetRepository.Kept kept = reopened().load();
        assertThat(kept.states()).containsExactly(device.status().state());
        assertThat(kept.updates()).containsExactlyElementsOf(device.status().updates());
    }

    @Test
    void a_group_gets_other_members_and_goes() {
        FakeDevice one = home.device();
        FakeDevice two = home.device();
        var name = new GroupName("lab");
        repository.commit(List.of(new FleetChange.GroupKept(new Group(name, Set.of(one.id)))));
        repository.commit(List.of(new FleetChange.GroupKept(new Group(name, Set.of(two.id)))));
        assertThat(repository.load().groups()).containsExactly(new Group(name, Set.of(two.id)));
        repository.commit(List.of(new FleetChange.GroupRemoved(name)));
        assertThat(repository.load().groups()).isEmpty();
    }

    @Test
    void budgets_and_what_was_allowed_beyond_them_are_there_without_a_flush() {
        FakeDevice device = home.device();
        home.fleet.groups().put(new GroupName("lte"), Set.of(device.id));
        var group = new BudgetHolder.OfGroup(new GroupName("lte"));
        var own = new BudgetHolder.OfDevice(device.id);
        home.fleet.budgets().set(group, new Budget(20, Beyond.WAIT));
        home.fleet.budgets().set(group, new Budget(30, Beyond.ASK));
        home.fleet.budgets().set(own, new Budget(1, Beyond.REFUSE));
        home.fleet.budgets().remove(own);
        Rollout rollout =
                home.fleet
                        .rollouts()
                        .start(
                                new Rollouts.Wanted(
                                        home.publish("1.1"),
                                        Optional.empty(),
                                        GroupName.ALL,
                                        Evidence.SIGNED,
                                        Optional.of(new Budget(10, Beyond.ALLOW))));
        device.checksIn();
        home.fleet.devices().allowDownload(device.id, Optional.of(99L));
        FleetRepository.Kept kept = reopened().load();
        assertThat(kept.budgets()).isEqualTo(Map.of(group, new Budget(30, Beyond.ASK)));
        assertThat(kept.rollouts()).containsExactly(rollout);
        assertThat(kept.updates().getFirst().allowedBytes()).isEqualTo(99);
    }

    @Test
    void a_timeline_keeps_its_newest_events_only() {
        FakeDevice device = home.device();
        var events = new ArrayList<FleetChange>();
        for (int i = 0; i < 9; i++) {
            events.add(
                    new FleetChange.EventHappened(
                            new DeviceEvent(
                                    device.id,
                                    java.time.Instant.EPOCH,
                                    DeviceEvent.Kind.STATE,
                                    "event " + i),
                            3));
        }
        repository.commit(events);
        assertThat(repository.timeline(device.id, 10))
                .extracting(DeviceEvent::text)
                .containsExactly("event 8", "event 7", "event 6");
    }

    @Test
    void of_a_devices_boot_reports_the_newest_are_kept_and_those_that_prove_something() {
        home.keep(new Retention(3, 10, Duration.ofDays(30)));
        FakeDevice device = home.device();
        home.rollOut("1.1");
        device.checksIn();
        device.reports(Outcome.NONE, "", "");
        device.running("1.1").reports(Outcome.COMMITTED, "1.1", "all good");
        for (int i = 3; i <= 12; i++) device.reports(Outcome.NONE, "", "again");
        assertThat(reopened().reports(device.id, 100))
                .extracting(envelope -> envelope[0])
                .containsExactly((byte) 12, (byte) 11, (byte) 10, (byte) 2);
    }

    @Test
    void the_report_that_withdraws_a_success_is_its_proof_from_then_on() {
        home.keep(new Retention(1, 10, Duration.ofDays(30)));
        FakeDevice device = home.device();
        home.rollOut("1.1");
        device.checksIn();
        device.running("1.1").reports(Outcome.COMMITTED, "1.1", "all good");
        device.running("1.0").reports(Outcome.NONE, "", "fell back");
        for (int i = 3; i <= 6; i++) device.reports(Outcome.NONE, "", "again");
        assertThat(reopened().reports(device.id, 100))
                .extracting(envelope -> envelope[0])
                .containsExactly((byte) 6, (byte) 2);
    }

    @Test
    void what_is_old_is_forgotten_but_for_proofs_and_the_newest_report() {
        home.keep(new Retention(10, 10, Duration.ofDays(30)));
        FakeDevice device = home.device();
        Rollout rollout = home.rollOut("1.1");
        device.checksIn();
        device.running("1.1").reports(Outcome.COMMITTED, "1.1", "all good");
        for (int i = 2; i <= 5; i++) device.reports(Outcome.NONE, "", "again");
        RolloutStatus before = home.fleet.rollouts().status(rollout.id());
        home.pass(Duration.ofDays(40));
        home.fleet.forgetOld();
        FleetRepository again = reopened();
        assertThat(again.reports(device.id, 100))
                .extracting(envelope -> envelope[0])
                .containsExactly((byte) 5, (byte) 1);
        assertThat(again.timeline(device.id, 100)).isEmpty();
        assertThat(again.load().tokens()).isEmpty();
        assertThat(home.fleet.enrolment().tokens()).isEmpty();
        assertThat(new FleetFixture(again).fleet.rollouts().status(rollout.id()).counts())
                .isEqualTo(before.counts())
                .containsEntry(UpdateState.Name.SUCCEEDED, 1);
    }

    @Test
    void a_clock_that_jumps_makes_nothing_old() {
        home.keep(new Retention(10, 10, Duration.ofDays(30)));
        FakeDevice device = home.device();
        for (int i = 1; i <= 5; i++) device.reports(Outcome.NONE, "", "again");
        home.clockJumps(Duration.ofDays(4_000));
        home.fleet.forgetOld();
        home.clockJumps(Duration.ofDays(-4_000));
        home.fleet.forgetOld();
        assertThat(reopened().reports(device.id, 100)).hasSize(5);
    }

    @Test
    void the_packages_of_a_release_are_kept_with_it() {
        Release release = home.publish("1.1");
        var packages = new PackageList(List.of(new PackageList.Entry("bash", "5.2")));
        repository.commit(List.of(new FleetChange.ReleaseKept(release, packages)));
        FleetRepository again = reopened();
        assertThat(again.packages(release.manifest())).contains(packages);
        assertThat(again.packages(FleetFixture.manifest("unknown"))).isEmpty();
    }

    @Test
    void a_restarted_fleet_goes_on_where_it_was() {
        FakeDevice device = home.device();
        home.rollOut("1.1");
        device.checksIn();
        home.fleet.flush();
        home.restart();
        assertThat(device.checksIn().assignment()).isPresent();
        home.pass(Duration.ofMinutes(1));
        device.running("1.1").reports(Outcome.COMMITTED, "1.1", "");
        assertThat(device.state()).isEqualTo(new UpdateState.Succeeded(Evidence.SIGNED));
    }
}
