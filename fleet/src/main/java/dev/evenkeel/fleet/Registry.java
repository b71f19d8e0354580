// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.fleet;

import dev.evenkeel.core.DeviceId;
import dev.evenkeel.core.Digest;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;

/// All devices of the fleet in memory, by id.
final class Registry {
    private final Map<DeviceId, LiveDevice> devices = new ConcurrentSkipListMap<>();
    private final Map<Digest, DeviceId> byKey = new ConcurrentHashMap<>();

    Registry(FleetRepository.Kept kept) {
        for (Device device : kept.devices()) {
            put(new LiveDevice(device, DeviceState.unknown(device.id())));
        }
        for (DeviceState state : kept.states()) {
            find(state.device()).ifPresent(live -> live.state = state);
        }
        for (DeviceUpdate update : kept.updates()) {
            find(update.device()).ifPresent(live -> put(live, update));
        }
    }

    private static void put(LiveDevice live, DeviceUpdate update) {
        var more = new HashMap<>(live.updates);
        more.put(update.rollout(), update);
        live.updates = Map.copyOf(more);
    }

    /// The device whose key has this fingerprint.
    Optional<LiveDevice> holderOf(Digest fingerprint) {
        return Optional.ofNullable(byKey.get(fingerprint)).flatMap(this::find);
    }

    Optional<LiveDevice> find(DeviceId id) {
        return Optional.ofNullable(devices.get(id));
    }

    LiveDevice require(DeviceId id) {
        return find(id).orElseThrow(() ->
                new FleetException.Unknown("device " + id + " is not enrolled in this fleet"));
    }

    Collection<LiveDevice> all() {
        return devices.values();
    }

    void put(LiveDevice live) {
        devices.put(live.device.id(), live);
        byKey.put(live.device.fingerprint(), live.device.id());
    }
}
