// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.fleet;

import dev.evenkeel.core.DeviceId;
import dev.evenkeel.core.Digest;
import dev.evenkeel.core.RolloutId;
import java.time.Instant;
import java.util.Set;

/// One fact to keep. Each says what is so now, so that keeping it twice changes nothing.
public sealed interface FleetChange {
    record TokenKept(EnrolmentToken token) implements FleetChange {}

    record ExpectedKeyKept(ExpectedKey key) implements FleetChange {}

    record FactoryKept(FactoryAuthority authority) implements FleetChange {}

    record FactoryRemoved(Digest fingerprint) implements FleetChange {}

    record DeviceKept(Device device) implements FleetChange {}

    record StateKept(DeviceState state) implements FleetChange {}

    record GroupKept(Group group) implements FleetChange {}

    record GroupRemoved(GroupName name) implements FleetChange {}

    record ReleaseKept(Release release, PackageList packages) implements FleetChange {}

    record BudgetKept(BudgetHolder holder, Budget budget) implements FleetChange {}

    record BudgetRemoved(BudgetHolder holder) implements FleetChange {}

    record RolloutKept(Rollout rollout) implements FleetChange {}

    record UpdateKept(DeviceUpdate update) implements FleetChange {}

    /// A boot report was accepted.
    ///
    /// @param envelope the signed report as received: the evidence
    /// @param proves the rollouts in which the state of the device's update rests on it now
    /// @param limit of reports that are kept of the device, besides those that prove something
    record ReportKept(
            DeviceId device,
            long counter,
            Instant receivedAt,
            byte[] envelope,
            Set<RolloutId> proves,
            int limit)
            implements FleetChange {
        public ReportKept {
            proves = Set.copyOf(proves);
        }
    }

    /// Something for a device's timeline.
    ///
    /// @param limit of events that are kept of the device
    record EventHappened(DeviceEvent event, int limit) implements FleetChange {}

    /// What is older is forgotten: events, enrolment tokens and expected keys that expired before,
    /// and boot reports, but for the newest of each device and those that prove something.
    record OlderForgotten(Instant than) implements FleetChange {}
}
