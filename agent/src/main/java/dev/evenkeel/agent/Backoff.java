// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.agent;

import java.time.Duration;
import java.util.random.RandomGenerator;

/// How long to wait after a fault: doubling, capped, and with jitter, so that a fleet that lost its
/// server does not come back as one (F-10).
final class Backoff {
    private final Duration first;
    private final Duration most;
    private final RandomGenerator random;
    private int faults;

    Backoff(Duration first, Duration most, RandomGenerator random) {
        this.first = first;
        this.most = most;
        this.random = random;
    }

    /// The wait after one more fault; at least what the server asked for.
    Duration afterFault(Duration atLeast) {
        long doubled = first.toMillis() << Math.min(faults, 20);
        faults++;
        long capped = Math.min(doubled, most.toMillis());
        Duration jittered = Duration.ofMillis(capped / 2 + random.nextLong(capped / 2 + 1));
        return jittered.compareTo(atLeast) >= 0
                ? jittered
                : atLeast.plusMillis(random.nextLong(atLeast.toMillis() / 4 + 1));
    }

    void success() {
        faults = 0;
    }

    /// `interval` plus or minus a fifth.
    static Duration spread(Duration interval, RandomGenerator random) {
        long fifth = Math.max(1, interval.toMillis() / 5);
        return interval.plusMillis(random.nextLong(2 * fifth + 1) - fifth);
    }
}
