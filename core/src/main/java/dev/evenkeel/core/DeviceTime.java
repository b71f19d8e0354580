// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.core;

import dev.evenkeel.core.json.JsonObject;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;

/// A time that a device tells, never without how far its clock can be trusted.
public record DeviceTime(Instant at, ClockQuality clock) {
    public DeviceTime {
        at = at.truncatedTo(ChronoUnit.SECONDS);
    }

    public static DeviceTime read(JsonObject json) {
        return new DeviceTime(
                parseInstant(json.text("at")), ClockQuality.parse(json.text("clock")));
    }

    public JsonObject toJson() {
        return JsonObject.of("at", at.toString()).with("clock", clock.toString());
    }

    /// An instant as our formats write it, ISO 8601 in UTC: `2026-11-20T21:22:27Z`.
    public static Instant parseInstant(String text) {
        try {
            return Instant.parse(text);
        } catch (DateTimeParseException wrong) {
            throw new MalformedInput(
                    "not a time such as 2026-11-20T21:22:27Z: '" + text + "'", wrong);
        }
    }
}
