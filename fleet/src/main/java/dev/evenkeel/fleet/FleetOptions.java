// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.fleet;

import java.time.Duration;

/// How a fleet is run.
///
/// @param pollSeconds between two check-ins of a device
/// @param bootAllowance silence that is expected of a device that reboots or is on trial, on top of
///   three polls
/// @param approvals whether a device without any leave may wait for a person
public record FleetOptions(
        int pollSeconds, Duration bootAllowance, Retention retention, boolean approvals) {
    public static final FleetOptions DEFAULT =
            new FleetOptions(30, Duration.ofMinutes(10), Retention.DEFAULT, true);

    public FleetOptions {
        if (pollSeconds < 1 || pollSeconds > 86_400) {
            throw new IllegalArgumentException(
                    "poll interval: expected 1 to 86400 seconds, found " + pollSeconds);
        }
    }

    public FleetOptions withPollSeconds(int seconds) {
        return new FleetOptions(seconds, bootAllowance, retention, approvals);
    }

    public FleetOptions withRetention(Retention other) {
        return new FleetOptions(pollSeconds, bootAllowance, other, approvals);
    }

    public FleetOptions withApprovals(boolean admitted) {
        return new FleetOptions(pollSeconds, bootAllowance, retention, admitted);
    }
}
