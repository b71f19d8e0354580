// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.lab;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/// The cuts that one device is to suffer in one update, drawn from a seed: the same seed, the same
/// plan.
///
/// The places are weighted by what hangs on them, not by how often they are written: a boot record
/// is written six times in an update, and one cut in four aims at it. Counts reach from the first
/// write of a power-on to about the last of an update, so that some cuts never come.
///
/// @param cuts one for each power-on, in order; then the device is left in peace
record CutPlan(long seed, List<Cut> cuts) {
    private static final int MOST_CUTS = 5;

    /// @param seed of what is lost
    record Cut(CutPoint point, long seed) {}

    /// How far into a power-on a cut at a place may come.
    private record Aim(String place, int weight, int mostCount) {}

    private static final List<Aim> AIMS =
            List.of(
                    new Aim("env-0", 5, 2),
                    new Aim("env-1", 5, 2),
                    new Aim("state", 8, 60),
                    new Aim("boot-b", 4, 35),
                    new Aim("slot-b", 8, 190),
                    new Aim("data", 2, 12),
                    new Aim("log", 2, 8),
                    new Aim(CutPoint.FLUSH, 6, 100));

    CutPlan {
        cuts = List.copyOf(cuts);
    }

    static CutPlan of(long seed) {
        // neighbouring seeds of java.util.Random begin alike
        var random = new SplittableRandom(seed);
        int count = 2 + random.nextInt(MOST_CUTS - 1);
        var cuts = new ArrayList<Cut>();
        for (int i = 0; i < count; i++) {
            cuts.add(new Cut(point(random), random.nextLong()));
        }
        return new CutPlan(seed, cuts);
    }

    private static CutPoint point(RandomGenerator random) {
        int drawn = random.nextInt(AIMS.stream().mapToInt(Aim::weight).sum());
        for (Aim aim : AIMS) {
            drawn -= aim.weight();
            if (drawn < 0) {
                // small counts as often as large ones: the first writes are as interesting
                double share = random.nextDouble();
                int count = (int) Math.round(Math.pow(aim.mostCount(), share));
                return new CutPoint(aim.place(), count);
            }
        }
        throw new IllegalStateException("no aim drawn");
    }
}
