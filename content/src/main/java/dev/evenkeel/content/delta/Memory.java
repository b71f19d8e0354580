// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.content.delta;

/// What old words became in the new files so far: a table with one place for each hash, where the
/// newest stays. Its size is part of the delta format.
final class Memory {
    private static final int BITS = 16;

    private final long[] keys = new long[1 << BITS];
    private final long[] values = new long[1 << BITS];

    boolean knows(long key) {
        return keys[slot(key)] == key;
    }

    /// What was remembered for `key`, which it [#knows].
    long recall(long key) {
        return values[slot(key)];
    }

    void remember(long key, long value) {
        int slot = slot(key);
        keys[slot] = key;
        values[slot] = value;
    }

    Memory copy() {
        var copy = new Memory();
        System.arraycopy(keys, 0, copy.keys, 0, keys.length);
        System.arraycopy(values, 0, copy.values, 0, values.length);
        return copy;
    }

    private static int slot(long key) {
        return (int) ((key * 0x9e3779b97f4a7c15L) >>> (64 - BITS));
    }
}
