// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.fleet;

import dev.evenkeel.core.RolloutId;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/// One device as the server holds it in memory. `lock` is held by whoever changes it, so that its
/// check-ins and reports are judged one after the other; readers see immutable values.
final class LiveDevice {
    final ReentrantLock lock = new ReentrantLock();
    volatile Device device;
    volatile DeviceState state;
    volatile Map<RolloutId, DeviceUpdate> updates = Map.of();

    LiveDevice(Device device, DeviceState state) {
        this.device = device;
        this.state = state;
    }

    Optional<DeviceUpdate> update(RolloutId rollout) {
        return Optional.ofNullable(updates.get(rollout));
    }

    static List<DeviceUpdate> newestFirst(Map<RolloutId, DeviceUpdate> updates) {
        return updates.values().stream()
                .sorted(Comparator.comparingLong(DeviceUpdate::rolloutNumber).reversed())
                .toList();
    }
}
