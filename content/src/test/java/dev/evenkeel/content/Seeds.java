// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.content;

import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/// Runs a random test with several seeds; a failure names its seed, `-Dseed=` replays it alone.
public final class Seeds {
    public interface Run {
        void with(RandomGenerator random) throws Exception;
    }

    private Seeds() {}

    public static void each(int runs, Run run) {
        String replay = System.getProperty("seed");
        long first = replay == null ? System.nanoTime() : Long.parseLong(replay);
        for (long seed = first; seed < first + (replay == null ? runs : 1); seed++) {
            try {
                run.with(new SplittableRandom(seed));
            } catch (Exception | AssertionError failed) {
                throw new AssertionError("failed with -Dseed=" + seed, failed);
            }
        }
    }
}
