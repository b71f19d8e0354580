// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.server.console;

import dev.evenkeel.fleet.UpdateState;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;

/// Times, sizes and names as people read them.
final class Words {
    private static final List<String> UNITS = List.of("kB", "MB", "GB", "TB");
    private static final long MINUTE = 60;
    private static final long HOUR = 3_600;
    private static final long DAY = 86_400;

    private Words() {}

    static String of(UpdateState.Name name) {
        return name.toString().replace('_', ' ');
    }

    static String ago(Instant then, Instant now) {
        long seconds = Math.max(0, Duration.between(then, now).toSeconds());
        if (seconds < MINUTE) return seconds + " s ago";
        if (seconds < HOUR) return seconds / MINUTE + " min ago";
        if (seconds < 2 * DAY) return seconds / HOUR + " h ago";
        return seconds / DAY + " days ago";
    }

    static String exact(Instant at) {
        return at.truncatedTo(ChronoUnit.SECONDS).toString().replace('T', ' ').replace("Z", " UTC");
    }

    /// Decimal units, three digits at the least: `4.18 MB`.
    static String bytes(long bytes) {
        if (bytes < 1_000) return bytes + " B";
        double value = bytes;
        String unit = "B";
        for (String next : UNITS) {
            if (value < 1_000) break;
            value /= 1_000;
            unit = next;
        }
        String digits = value < 10 ? "%.2f" : value < 100 ? "%.1f" : "%.0f";
        return String.format(Locale.ROOT, digits, value) + " " + unit;
    }

    static String count(int number, String one, String many) {
        return number + " " + (number == 1 ? one : many);
    }
}
