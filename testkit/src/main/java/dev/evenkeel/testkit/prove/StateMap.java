package dev.evenkeel.testkit.prove;

import dev.evenkeel.boot.Region;

/// Where the regions lie in the state partition.
final class StateMap {
    private StateMap() {}

    /// ` (region JOURNAL, copy 1)` for a write into a region; empty for any other.
    static String words(Operation.Write write) {
        if (write.partition() != Partition.STATE) return "";
        for (Region region : Region.values()) {
            for (int copy = 0; copy < 2; copy++) {
                if (isIn(region, copy, write.offset())) {
                    return " (region " + region + ", copy " + copy + ")";
                }
            }
        }
        return "";
    }

    static boolean isIn(Region region, int copy, long offset) {
        long start = region.offset(copy);
        return offset >= start && offset < start + region.sizeBytes();
    }

    /// The region that lies there; -1 for none.
    static int region(long offset) {
        for (Region region : Region.values()) {
            if (isIn(region, 0, offset) || isIn(region, 1, offset)) return region.ordinal();
        }
        return -1;
    }
}
