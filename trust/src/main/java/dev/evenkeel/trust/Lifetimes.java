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

    private Lifetimes() {}

    /// Delegated roles live as long as the targets role.
    static Duration of(String role) {
        return switch (role) {
            case Roles.ROOT -> ROOT;
            case Roles.SNAPSHOT -> SNAPSHOT;
            case Roles.TIMESTAMP -> TIMESTAMP;
            default -> TARGETS;
        };
    }

    static boolean isHalfOver(String role, Header header, Instant now) {
        return Duration.between(now, header.expires()).compareTo(of(role).dividedBy(2)) < 0;
    }
}
