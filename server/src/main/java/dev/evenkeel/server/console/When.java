// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.server.console;

import dev.evenkeel.core.ClockQuality;
import dev.evenkeel.core.DeviceTime;
import java.time.Instant;

/// A moment as a page shows it: how long ago, and exactly when on demand.
///
/// @param machine ISO 8601; empty when it never came
/// @param exact for the tooltip
/// @param clock why the moment is doubtful; empty for a time of the server or of a synced device
public record When(String machine, String exact, String ago, String clock) {
    public static final When NEVER = new When("", "", "never", "");

    /// By the server's clock.
    static When of(Instant at, Instant now) {
        return new When(at.toString(), Words.exact(at), Words.ago(at, now), "");
    }

    /// By a device's clock, which may be wrong by years.
    static When of(DeviceTime time) {
        String exact = Words.exact(time.at());
        return new When(time.at().toString(), exact, exact, doubt(time.clock()));
    }

    static String doubt(ClockQuality clock) {
        return switch (clock) {
            case SYNCED -> "";
            case FLOOR -> "clock not synced: not earlier than this";
            case UNKNOWN -> "clock unknown: may be wrong by years";
        };
    }
}
