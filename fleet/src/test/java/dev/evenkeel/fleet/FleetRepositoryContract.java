// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.core.message.BootReport.Outcome;
import dev.evenkeel.core.message.Stage;
import dev.evenkeel.fleet.FleetFixture.FakeDevice;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
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
