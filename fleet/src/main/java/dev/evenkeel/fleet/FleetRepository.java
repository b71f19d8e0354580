// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.fleet;

import dev.evenkeel.core.DeviceId;
import dev.evenkeel.core.Digest;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Where one fleet's memory is kept. The fleet itself lives in memory; what must survive is handed
/// over as changes.
public interface FleetRepository {
    /// All that was kept.
    Kept load();

    /// Keeps all of `changes` or, when it throws [FleetException.NotKept], none. On return they are
    /// durable.
    void commit(List<FleetChange> changes);

    /// The newest events of a device, newest first.
    List<DeviceEvent> timeline(DeviceId device, int limit);

    /// The package list of a release.
    Optional<PackageList> packages(Digest manifest);

    /// The newest signed boot reports of a device as they were received, newest first.
    List<byte[]> reports(DeviceId device, int limit);

    /// What a fleet remembers at its start.
    record Kept(
            List<EnrolmentToken> tokens,
            List<ExpectedKey> expectedKeys,
            List<FactoryAuthority> factories,
            List<Device> devices,
            List<DeviceState> states,
            List<Group> groups,
            List<Release> releases,
            List<Rollout> rollouts,
            List<DeviceUpdate> updates,
            Map<BudgetHolder, Budget> budgets) {
        public static final Kept NOTHING =
                new Kept(
                        List.of(), List.of(), List.of(), List.of(), List.of(), List.of(), List.of(),
                        List.of(), List.of(), Map.of());

        public Kept {
            tokens = List.copyOf(tokens);
            expectedKeys = List.copyOf(expectedKeys);
            factories = List.copyOf(factories);
            devices = List.copyOf(devices);
            states = List.copyOf(states);
            groups = List.copyOf(groups);
            releases = List.copyOf(releases);
            rollouts = List.copyOf(rollouts);
            updates = List.copyOf(updates);
            budgets = Map.copyOf(budgets);
        }
    }
}
