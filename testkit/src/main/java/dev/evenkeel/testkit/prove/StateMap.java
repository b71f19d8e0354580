// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.testkit.prove;

import dev.evenkeel.boot.Region;
import java.util.Arrays;
import java.util.Optional;

/// Where the regions lie in the state partition.
final class StateMap {
    private StateMap() {}

    /// ` (region JOURNAL, copy 1)` for a write into a region; empty for any other.
    static String words(Operation.Write write) {
        if (write.partition() != Partition.STATE) return "";
        return region(write.offset())
                .map(region ->
                        " (region "
                                + region
                                + ", copy "
                                + (isIn(region, 0, write.offset()) ? 0 : 1)
                                + ")")
                .orElse("");
    }

    /// The region that has a copy there.
    static Optional<Region> region(long offset) {
        return Arrays.stream(Region.values())
                .filter(region -> isIn(region, 0, offset) || isIn(region, 1, offset))
                .findFirst();
    }

    private static boolean isIn(Region region, int copy, long offset) {
        long start = region.offset(copy);
        return offset >= start && offset < start + region.sizeBytes();
    }
}
