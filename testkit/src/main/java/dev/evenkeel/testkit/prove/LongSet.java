// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.testkit.prove;

import java.util.Arrays;

/// A set of 64-bit hashes for several threads, eight bytes for each and some air. The set itself is
/// the lock.
final class LongSet {
    private long[] table = new long[1 << 16];
    private int size;

    /// Adds one; whether it was not there yet.
    synchronized boolean add(long hash) {
        // zero marks an empty place
        long key = hash == 0 ? 1 : hash;
        if (size * 2 > table.length) grow();
        if (!place(table, key)) return false;
        size++;
        return true;
    }

    synchronized int size() {
        return size;
    }

    private void grow() {
        long[] larger = new long[table.length * 2];
        Arrays.stream(table).filter(key -> key != 0).forEach(key -> place(larger, key));
        table = larger;
    }

    private static boolean place(long[] into, long key) {
        int at = (int) (key ^ (key >>> 32)) & (into.length - 1);
        while (into[at] != 0) {
            if (into[at] == key) return false;
            at = (at + 1) & (into.length - 1);
        }
        into[at] = key;
        return true;
    }
}
