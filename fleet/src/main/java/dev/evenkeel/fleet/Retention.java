// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.fleet;

import java.time.Duration;

/// How much of the past is kept beyond what is said today. A boot report on which the state of an
/// update rests is kept as long as the update is, whatever stands here: what a rollout came to is
/// never without its proof.
///
/// @param reports the newest boot reports of each device
/// @param events the newest events of each device
/// @param age after which reports, events and enrolment tokens that expired are forgotten
public record Retention(int reports, int events, Duration age) {
    public static final Retention DEFAULT = new Retention(100, 200, Duration.ofDays(400));

    public Retention {
        if (reports < 1 || events < 1) {
            throw new IllegalArgumentException(
                    "retention: expected at least 1 report and 1 event of each device, found "
                            + reports
                            + " and "
                            + events);
        }
        if (age.compareTo(Duration.ofDays(1)) < 0) {
            throw new IllegalArgumentException(
                    "retention: expected an age of at least one day, found " + age);
        }
    }
}
