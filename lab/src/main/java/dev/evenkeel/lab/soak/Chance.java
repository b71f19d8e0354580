// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.lab.soak;

import java.time.Duration;
import java.util.Random;

/// The dice of one who takes part: the same for the same seed.
final class Chance {
    private static final Duration WEEK = Duration.ofDays(7);

    private final Random random;

    Chance(long seed, long who) {
        // neighbouring seeds of Random begin alike
        this.random = new Random(new Random(seed * 1_000_003 + who).nextLong());
    }

    Random random() {
        return random;
    }

    boolean happens(double share) {
        return random.nextDouble() < share;
    }

    int upTo(int most) {
        return 1 + random.nextInt(most);
    }

    /// Until the next of events that come `perWeek` times in a week on average, independently.
    Duration untilNext(double perWeek) {
        if (perWeek <= 0) return Duration.ofDays(100_000);
        double weeks = -Math.log(1 - random.nextDouble()) / perWeek;
        return Duration.ofSeconds(1 + (long) (weeks * WEEK.toSeconds()));
    }

    /// Between the two, short ones as often as long ones of each magnitude.
    Duration between(Duration least, Duration most) {
        double low = Math.log((double) least.toMillis());
        double high = Math.log((double) most.toMillis());
        return Duration.ofMillis((long) Math.exp(low + random.nextDouble() * (high - low)));
    }
}
