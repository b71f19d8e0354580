// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.fleet;

import java.time.Duration;

/// How a fleet is run.
///
/// @param pollSeconds between two check-ins of a device
/// @param bootAllowance silence that is expected of a device that reboots or is on trial, on top of
///   three polls
public record FleetOptions(int pollSeconds, Duration bootAllowance, Retention retention) {
    public static final FleetOptions DEFAULT =
            new FleetOptions(30, Duration.ofMinutes(10), Retention.DEFAULT);

    public FleetOptions {
        if (pollSeconds < 1 || pollSeconds > 86_400) {
            throw new IllegalArgumentException(
                    "poll interval: expected 1 to 86400 seconds, found " + pollSeconds);
        }
    }

    public FleetOptions withPollSeconds(int seconds) {
        return new FleetOptions(seconds, bootAllowance, retention);
    }

    public FleetOptions withRetention(Retention other) {
        return new FleetOptions(pollSeconds, bootAllowance, other);
    }
}
