// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.trust;

import java.time.Duration;
import java.time.Instant;

/// How long metadata of each role holds. Offline roles hold long, because people must come together
/// to renew them; the timestamp holds briefly, because that bounds a freeze attack.
final class Lifetimes {
    private static final Duration ROOT = Duration.ofDays(3 * 365);
    private static final Duration TARGETS = Duration.ofDays(365);
    private static final Duration SNAPSHOT = Duration.ofDays(30);
    private static final Duration TIMESTAMP = Duration.ofDays(7);
    private static final Duration CLOCK_TOLERANCE = Duration.ofHours(1);

    private Lifetimes() {}

    /// Channels live as long as the targets role.
    static Duration of(String role) {
        return switch (role) {
            case Roles.ROOT -> ROOT;
            case Roles.SNAPSHOT, Roles.DELTAS -> SNAPSHOT;
            case Roles.TIMESTAMP -> TIMESTAMP;
            default -> TARGETS;
        };
    }

    /// Whether less than half of its life is left; or more than all of it, because it was signed
    /// while the clock was wrong, and would hold for longer than anybody meant.
    static boolean isDue(String role, Header header, Instant now) {
        Duration left = Duration.between(now, header.expires());
        return left.compareTo(of(role).dividedBy(2)) < 0
                || left.compareTo(of(role).plus(CLOCK_TOLERANCE)) > 0;
    }
}
