// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.agent;

import dev.evenkeel.core.DeviceTime;
import dev.evenkeel.core.json.JsonObject;
import java.time.Instant;
import java.util.Set;

/// What only ever grows: the time floor, and the check-in counter's reserve.
///
/// @param floor no time before it is believed
/// @param counters check-in counters below it may have been used; reserved in blocks, so that a
///   check-in is not a flash write
record ClockRecord(Instant floor, long counters, JsonObject unknown) {
    static final int FORMAT = 1;
    static final ClockRecord EMPTY = new ClockRecord(Instant.EPOCH, 0, JsonObject.EMPTY);
    private static final Set<String> KNOWN = Set.of("type", "format", "floor", "counters");

    static ClockRecord read(JsonObject json) {
        return new ClockRecord(
                DeviceTime.parseInstant(json.text("floor")),
                json.size("counters"),
                json.without(KNOWN));
    }

    JsonObject toJson() {
        return unknown.withAll(
                JsonObject.of("type", "clock")
                        .with("format", FORMAT)
                        .with("floor", floor.toString())
                        .with("counters", counters));
    }

    ClockRecord withFloor(Instant higher) {
        return new ClockRecord(higher, counters, unknown);
    }

    ClockRecord withCounters(long reserved) {
        return new ClockRecord(floor, reserved, unknown);
    }
}
