// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.lab;

import dev.evenkeel.boot.Gpt;

/// Where the power fails, counted from power-on: at the `count`-th write into a partition, or at
/// the `count`-th flush.
///
/// @param place name of a partition, or [#FLUSH]
record CutPoint(String place, int count) {
    static final String FLUSH = "flush";

    /// A trap for one power-on of a disk with this table.
    PowerTrap trap(Gpt table) {
        if (place.equals(FLUSH)) return new Counting(DiskOperation::isFlush, count);
        Gpt.Partition partition = table.partition(place);
        long start = partition.offset();
        long end = start + partition.sizeBytes();
        return new Counting(operation -> operation.touches(start, end), count);
    }

    private static final class Counting implements PowerTrap {
        private final PowerTrap counted;
        private int left;

        Counting(PowerTrap counted, int count) {
            this.counted = counted;
            this.left = count;
        }

        @Override
        public boolean springs(DiskOperation operation) {
            return counted.springs(operation) && --left == 0;
        }
    }

    @Override
    public String toString() {
        return place.equals(FLUSH) ? "flush " + count : "write " + count + " of " + place;
    }
}
