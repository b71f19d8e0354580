// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.server.delta;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.core.BootId;
import dev.evenkeel.core.Channel;
import dev.evenkeel.core.ClockQuality;
import dev.evenkeel.core.Compatible;
import dev.evenkeel.core.DeviceId;
import dev.evenkeel.core.DeviceTime;
import dev.evenkeel.core.DeviceType;
import dev.evenkeel.core.Digest;
import dev.evenkeel.core.FleetId;
import dev.evenkeel.core.IntRange;
import dev.evenkeel.core.RolloutId;
import dev.evenkeel.core.Slot;
import dev.evenkeel.core.Version;
import dev.evenkeel.core.message.CheckIn;
import dev.evenkeel.core.message.Condition;
import dev.evenkeel.core.message.Protocol;
import dev.evenkeel.core.message.Running;
import dev.evenkeel.fleet.Contact;
import dev.evenkeel.fleet.Device;
import dev.evenkeel.fleet.DeviceState;
import dev.evenkeel.fleet.DeviceStatus;
import dev.evenkeel.fleet.Evidence;
import dev.evenkeel.fleet.GroupName;
import dev.evenkeel.fleet.Release;
import dev.evenkeel.fleet.ReleaseName;
import dev.evenkeel.fleet.Rollout;
import dev.evenkeel.fleet.Way;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class DemandTest {
    private static final Instant NOW = Instant.parse("2027-01-01T00:00:00Z");
    private static final FleetId FLEET = new FleetId("home");
    private static final DeviceType TYPE = new DeviceType("qemu-x86");
    private static final DeviceType OTHER_TYPE = new DeviceType("pi");

    private static final Release R10 = release("1.0", TYPE, "dev", "prod");
    private static final Release R11 = release("1.1", TYPE, "dev", "prod");
    private static final Release R12 = release("1.2", TYPE, "dev");
    private static final Release R13 = release("1.3", TYPE);

    private static Release release(String version, DeviceType type, String... channels) {
        return new Release(
                new ReleaseName(new Version(version), Digest.of((type + version).getBytes(UTF_8))),
                "kiosk",
                "",
                new Compatible(type, new IntRange(1, 1)),
                1,
                1,
                Digest.of(new byte[0]),
                Set.copyOf(Stream.of(channels).map(Channel::new).toList()),
                NOW);
    }

    private static DeviceStatus device(Release runs, boolean trial, Optional<Rollout> desired) {
        return device(
                new Running(Slot.A, runs.version(), Optional.of(runs.manifest()), trial),
                desired,
                Optional.empty());
    }

    private static DeviceStatus device(Release runs) {
        return device(runs, false, Optional.empty());
    }

    private static DeviceStatus device(
            Running running, Optional<Rollout> desired, Optional<Device.Revocation> revoked) {
        var id = new DeviceId("dev-1jz479a5xcc654tpw5wtnky4f1");
        var device =
                new Device(
                        FLEET,
                        id,
                        TYPE,
                        1,
                        new byte[] {1},
                        new Device.Admission(Way.TOKEN, Digest.of(new byte[0])),
                        NOW,
                        Optional.empty(),
                        revoked);
        var checkIn =
                new CheckIn(
                        Protocol.VERSION,
                        List.of(),
                        FLEET,
                        id,
                        new BootId(UUID.nameUUIDFromBytes(new byte[0]).toString()),
                        1,
                        new DeviceTime(NOW, ClockQuality.SYNCED),
                        running,
                        Optional.empty(),
                        Condition.UNKNOWN);
        var state =
                new DeviceState(
                        id,
                        Optional.of(new Contact(NOW, checkIn)),
                        List.of(),
                        -1,
                        Optional.empty(),
                        Optional.empty());
        return new DeviceStatus(
                device, state, true, List.of(), desired, Optional.empty(), List.of());
    }

    private static Rollout rollout(int number, Release release, Rollout.State state) {
        return new Rollout(
                new RolloutId("r-" + number),
                number,
                release.release(),
                TYPE,
                new Channel("dev"),
                GroupName.ALL,
                state,
                Evidence.SIGNED,
                Optional.empty(),
                "",
                NOW,
                NOW);
    }

    private static Demand demand(
            List<DeviceStatus> devices, List<Release> releases, Rollout... rollouts) {
        return Demand.of(
                devices,
                releases.stream()
                        .sorted(Comparator.comparing(Release::version).reversed())
                        .toList(),
                List.of(rollouts));
    }

    private static List<String> told(Collection<Demand.Step> steps) {
        return steps.stream()
                .map(step -> step.from().version() + ">" + step.to().version())
                .toList();
    }

    @Test
    void ahead_of_a_rollout_the_newest_release_of_each_channel_is_met_newest_first() {
        Demand demand = demand(List.of(device(R10), device(R11)), List.of(R10, R11, R12, R13));

        assertThat(told(demand.wanted())).containsExactly("1.1>1.2", "1.0>1.2", "1.0>1.1");
        assertThat(demand.wanted()).noneMatch(Demand.Step::forRollout);
    }

    @Test
    void what_a_running_rollout_brings_comes_first_also_back_to_an_older_release() {
        Rollout back = rollout(2, R10, Rollout.State.RUNNING);
        Rollout on = rollout(1, R11, Rollout.State.RUNNING);

        Demand demand =
                demand(
                        List.of(
                                device(R12, false, Optional.of(back)),
                                device(R10, false, Optional.of(on))),
                        List.of(R10, R11, R12),
                        back,
                        on);

        assertThat(told(demand.wanted())).containsExactly("1.0>1.1", "1.2>1.0", "1.0>1.2");
        assertThat(demand.wanted().get(0).forRollout()).isTrue();
        assertThat(demand.wanted().get(1).forRollout()).isTrue();
    }

    @Test
    void a_release_that_no_channel_offers_and_no_rollout_brings_is_not_met() {
        assertThat(demand(List.of(device(R12)), List.of(R12, R13)).kept()).isEmpty();
        Rollout rollout = rollout(1, R13, Rollout.State.RUNNING);
        Demand brought =
                demand(
                        List.of(device(R12, false, Optional.of(rollout))),
                        List.of(R12, R13),
                        rollout);
        assertThat(told(brought.wanted())).containsExactly("1.2>1.3");
    }

    @Test
    void what_devices_run_is_kept_to_every_offered_release_and_nothing_else_is() {
        Demand demand = demand(List.of(device(R11)), List.of(R10, R11, R12));

        assertThat(told(demand.wanted())).containsExactly("1.1>1.2");
        assertThat(told(demand.kept())).containsExactlyInAnyOrder("1.1>1.0", "1.1>1.2");
    }

    @Test
    void while_a_device_tries_a_release_all_that_leads_to_it_is_kept() {
        Rollout running = rollout(1, R12, Rollout.State.RUNNING);
        List<DeviceStatus> tries = List.of(device(R12, true, Optional.empty()));

        assertThat(told(demand(tries, List.of(R10, R11, R12), running).kept()))
                .contains("1.0>1.2", "1.1>1.2");
        assertThat(
                        told(
                                demand(
                                                tries,
                                                List.of(R10, R11, R12),
                                                rollout(1, R12, Rollout.State.ABORTED))
                                        .kept()))
                .doesNotContain("1.0>1.2");
    }

    @Test
    void a_device_that_was_flashed_without_a_manifest_counts_by_its_version() {
        var running = new Running(Slot.A, R10.version(), Optional.empty(), false);
        List<DeviceStatus> flashed = List.of(device(running, Optional.empty(), Optional.empty()));

        assertThat(told(demand(flashed, List.of(R10, R11)).wanted())).containsExactly("1.0>1.1");
    }

    @Test
    void devices_that_are_revoked_run_something_unknown_or_are_of_another_type_ask_for_nothing() {
        var running = new Running(Slot.A, R10.version(), Optional.of(R10.manifest()), false);
        var stolen = Optional.of(new Device.Revocation(NOW, "stolen"));
        Release foreign = release("9.9", OTHER_TYPE, "dev");

        assertThat(
                        demand(
                                        List.of(device(running, Optional.empty(), stolen)),
                                        List.of(R10, R11))
                                .kept())
                .isEmpty();
        assertThat(demand(List.of(device(R12)), List.of(R10, R11)).kept()).isEmpty();
        assertThat(told(demand(List.of(device(R10)), List.of(R10, foreign)).kept())).isEmpty();
    }
}
