// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.fleet;

import dev.evenkeel.core.DeviceId;

/// One fact to keep. Each says what is so now, so that keeping it twice changes nothing.
public sealed interface FleetChange {
    record TokenKept(EnrolmentToken token) implements FleetChange {}

    record DeviceKept(Device device) implements FleetChange {}

    record StateKept(DeviceState state) implements FleetChange {}

    record GroupKept(Group group) implements FleetChange {}

    record GroupRemoved(GroupName name) implements FleetChange {}

    record ReleaseKept(Release release, PackageList packages) implements FleetChange {}

    record RolloutKept(Rollout rollout) implements FleetChange {}

    record UpdateKept(DeviceUpdate update) implements FleetChange {}

    /// A boot report was accepted.
    ///
    /// @param envelope the signed report as received: the evidence
    record ReportKept(DeviceId device, long counter, byte[] envelope) implements FleetChange {}

    /// Something for a device's timeline.
    ///
    /// @param limit of events that are kept of the device
    record EventHappened(DeviceEvent event, int limit) implements FleetChange {}
}
