// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.agent;

import dev.evenkeel.core.DeviceTime;
import dev.evenkeel.core.Version;
import dev.evenkeel.core.json.JsonArray;
import dev.evenkeel.core.json.JsonObject;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// What only ever grows: the time floor, and the check-in counter's reserve.
///
/// @param floor the newest time that the server said, for messages; agents before signed time
///   believe no time before it
/// @param signed the newest time that the server signed; believed while its keys are
/// @param versions the highest version floor that signed metadata named for this device
/// @param counters check-in counters below it may have been used; reserved in blocks, so that a
///   check-in is not a flash write
record ClockRecord(
        Instant floor,
        Optional<Signed> signed,
        Optional<Version> versions,
        long counters,
        JsonObject unknown) {
    /// What the server signed, and with which keys.
    record Signed(Instant time, Set<String> keys) {
        Signed {
            keys = Set.copyOf(keys);
        }

        static Signed read(JsonObject json) {
            return new Signed(
                    DeviceTime.parseInstant(json.text("time")),
                    new TreeSet<>(json.array("keys").texts()));
        }

        JsonObject toJson() {
            return JsonObject.of("time", time.toString())
                    .with("keys", JsonArray.ofTexts(keys.stream().sorted().toList()));
        }
    }

    static final int FORMAT = 1;
    static final ClockRecord EMPTY =
            new ClockRecord(Instant.EPOCH, Optional.empty(), Optional.empty(), 0, JsonObject.EMPTY);
    private static final Set<String> KNOWN =
            Set.of("type", "format", "floor", "signed", "version_floor", "counters");

    static ClockRecord read(JsonObject json) {
        return new ClockRecord(
                DeviceTime.parseInstant(json.text("floor")),
                json.optionalObject("signed").map(Signed::read),
                json.optionalText("version_floor").map(Version::new),
                json.size("counters"),
                json.without(KNOWN));
    }

    JsonObject toJson() {
        JsonObject json =
                JsonObject.of("type", "clock")
                        .with("format", FORMAT)
                        .with("floor", floor.toString());
        if (signed.isPresent()) json = json.with("signed", signed.get().toJson());
        if (versions.isPresent()) json = json.with("version_floor", versions.get().text());
        return unknown.withAll(json.with("counters", counters));
    }

    ClockRecord withFloor(Instant higher) {
        return new ClockRecord(higher, signed, versions, counters, unknown);
    }

    ClockRecord withSigned(Signed newer) {
        return new ClockRecord(floor, Optional.of(newer), versions, counters, unknown);
    }

    /// A version floor only ever rises.
    ClockRecord withVersions(Version named) {
        boolean isHigher = versions.filter(known -> known.compareTo(named) >= 0).isEmpty();
        return isHigher
                ? new ClockRecord(floor, signed, Optional.of(named), counters, unknown)
                : this;
    }

    ClockRecord withCounters(long reserved) {
        return new ClockRecord(floor, signed, versions, reserved, unknown);
    }
}
