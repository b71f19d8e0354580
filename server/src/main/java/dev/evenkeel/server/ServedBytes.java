// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.server;

import dev.evenkeel.core.DeviceId;
import dev.evenkeel.core.json.JsonObject;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.LongAdder;

/// Counts the bytes of content that were handed to the network since the server started, also of
/// transfers that broke off: by kind, and by device.
final class ServedBytes {
    private static final Set<String> PAYLOAD = Set.of("packs", "deltas");

    private final Map<String, LongAdder> byKind = new ConcurrentSkipListMap<>();
    private final Map<DeviceId, LongAdder> payloadByDevice = new ConcurrentHashMap<>();

    /// Counts `bytes` to `caller`.
    ///
    /// @param kind first part of the path: `packs`, `indexes`, ...
    void add(Caller caller, String kind, long bytes) {
        byKind.computeIfAbsent(kind, _ -> new LongAdder()).add(bytes);
        if (PAYLOAD.contains(kind) && caller instanceof Caller.KnownDevice(var device)) {
            payloadByDevice.computeIfAbsent(device.id(), _ -> new LongAdder()).add(bytes);
        }
    }

    /// Payload bytes (of packs and deltas) that `device` fetched.
    long payload(DeviceId device) {
        LongAdder bytes = payloadByDevice.get(device);
        return bytes == null ? 0 : bytes.sum();
    }

    /// Payload bytes that went to devices; what an operator fetched does not count.
    long payload() {
        return payloadByDevice.values().stream().mapToLong(LongAdder::sum).sum();
    }

    JsonObject toJson() {
        JsonObject kinds = JsonObject.EMPTY;
        for (var kind : byKind.entrySet()) kinds = kinds.with(kind.getKey(), kind.getValue().sum());
        return kinds;
    }
}
