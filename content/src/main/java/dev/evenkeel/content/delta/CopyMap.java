// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.content.delta;

import java.util.Comparator;
import java.util.List;

/// Where old bytes went: the copies of a patch, asked the other way round. A place that no copy
/// covers moves with the copy before it.
final class CopyMap {
    private static final int BUCKET_BITS = 10;
    private static final int LOOK_BACK = 4;

    private final int[] from;
    private final int[] to;
    private final int[] length;

    /// `bucket[b]`: how many copies start before old place `b << BUCKET_BITS`.
    private final int[] bucket;

    CopyMap(List<Copy> copies, int oldLength) {
        List<Copy> sorted =
                copies.stream()
                        .sorted(Comparator.comparingInt(Copy::from).thenComparingInt(Copy::to))
                        .toList();
        from = sorted.stream().mapToInt(Copy::from).toArray();
        to = sorted.stream().mapToInt(Copy::to).toArray();
        length = sorted.stream().mapToInt(Copy::length).toArray();
        bucket = new int[(oldLength >> BUCKET_BITS) + 2];
        int copy = 0;
        for (int b = 0; b < bucket.length; b++) {
            while (copy < from.length && from[copy] < b << BUCKET_BITS) copy++;
            bucket[b] = copy;
        }
    }

    /// How many bytes it takes.
    long bytes() {
        return 3L * Integer.BYTES * from.length + (long) Integer.BYTES * bucket.length;
    }

    /// How far old place `at` moved.
    int shift(int at) {
        if (from.length == 0) return 0;
        int copy = last(at);
        if (copy < 0) return to[0] - from[0];
        for (int i = copy; i >= 0 && i > copy - LOOK_BACK; i--) {
            if (at - from[i] < length[i]) return to[i] - from[i];
        }
        return to[copy] - from[copy];
    }

    /// The last copy that starts at or before `at`, -1 where there is none.
    private int last(int at) {
        int b = at >> BUCKET_BITS;
        if (b < 0) return -1;
        if (b >= bucket.length - 1) b = bucket.length - 2;
        int copy = bucket[b];
        while (copy < from.length && from[copy] <= at) copy++;
        return copy - 1;
    }
}
