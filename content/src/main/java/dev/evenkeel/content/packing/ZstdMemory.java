// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.content.packing;

/// What libzstd's encoder takes, from the tables of its levels; an upper estimate.
final class ZstdMemory {
    /// Window, chain and hash logarithm of each level from 1, for inputs above 256 KiB.
    private static final int[][] LOGS = {
        {19, 13, 14}, {20, 15, 16}, {21, 16, 17}, {21, 18, 18}, {21, 18, 19}, {21, 18, 19},
        {21, 19, 20}, {21, 19, 20}, {22, 20, 21}, {22, 21, 22}, {22, 21, 22}, {22, 22, 23},
        {22, 22, 22}, {22, 22, 23}, {22, 23, 23}, {22, 22, 22}, {23, 23, 22}, {23, 23, 22},
        {23, 24, 22}, {25, 25, 23}, {26, 26, 24}, {27, 27, 25}
    };

    /// The tables for smaller inputs may be larger than these by a bit, never beyond the input's.
    private static final int SMALL_LOG = 18;

    /// Block buffers, entropy tables, the optimal parser's table and the row matcher's tags.
    private static final long FIXED_BYTES = 2 << 20;

    private ZstdMemory() {}

    static long bytes(int level, int plainBytes, boolean workers, boolean stream) {
        int[] logs = LOGS[level - 1];
        int input = Math.max(10, 32 - Integer.numberOfLeadingZeros(Math.max(1, plainBytes - 1)));
        int window = Math.min(logs[0], input);
        int chain = Math.min(Math.max(logs[1], SMALL_LOG), input + 1);
        int hash = Math.min(Math.max(logs[2], SMALL_LOG), input + 1);
        // four bytes for each place, one and a half more for tags and the table of three bytes
        long tables = 4 * (1L << chain) + 6 * (1L << hash);
        long windows = stream ? (1L << window) + (256 << 10) : 0;
        // a worker has its job of four windows, packed and plain, and the round buffer behind it
        long jobs = workers ? 12 * (1L << window) + (16L << 20) : 0;
        return FIXED_BYTES + tables + windows + jobs;
    }
}
