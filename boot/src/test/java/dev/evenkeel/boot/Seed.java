// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.boot;

import java.util.Random;
import java.util.function.IntPredicate;
import java.util.random.RandomGenerator;

/// Randomness that a failed test can be repeated with: `-Dseed=...` with the number that it
/// printed.
record Seed(long number) {
    static Seed fresh() {
        var seed = new Seed(Long.getLong("seed", System.nanoTime()));
        System.out.println(seed);
        return seed;
    }

    RandomGenerator random() {
        return new Random(number);
    }

    /// What a power cut leaves of a write: the first so many sectors, or any of them.
    static IntPredicate someSectors(RandomGenerator random, int sectors) {
        if (random.nextBoolean()) {
            int reached = random.nextInt(sectors + 1);
            return sector -> sector < reached;
        }
        var reached = new boolean[sectors];
        for (int i = 0; i < sectors; i++) reached[i] = random.nextBoolean();
        return sector -> reached[sector];
    }

    @Override
    public String toString() {
        return "repeat with -Dseed=" + number;
    }
}
