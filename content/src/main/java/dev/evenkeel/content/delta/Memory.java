// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.content.delta;

/// What old words became in the new files so far: a table with one place for each hash, where the
/// newest stays. Its size is part of the delta format. A table with few words takes little room:
/// many small files may be open at a time.
final class Memory {
    private static final int BITS = 16;
    private static final int SMALLEST = 64;

    /// A sparse table is at most so large, and at most half full.
    private static final int MOST_SPARSE = 1 << (BITS - 2);

    private static final int ENTRY_BYTES = 2 * Long.BYTES + Integer.BYTES;

    private long[] keys;
    private long[] values;

    /// Whose place each entry of a sparse table is, from 1 on; empty in a table with a place for
    /// each hash.
    private int[] places;

    private int count;

    Memory() {
        this(new long[SMALLEST], new long[SMALLEST], new int[SMALLEST], 0);
    }

    private Memory(long[] keys, long[] values, int[] places, int count) {
        this.keys = keys;
        this.values = values;
        this.places = places;
        this.count = count;
    }

    boolean knows(long key) {
        int at = at(slot(key));
        return (places.length == 0 || places[at] != 0) && keys[at] == key;
    }

    /// What was remembered for `key`, which it [#knows].
    long recall(long key) {
        return values[at(slot(key))];
    }

    void remember(long key, long value) {
        put(slot(key), key, value);
    }

    private void put(int slot, long key, long value) {
        int at = at(slot);
        keys[at] = key;
        values[at] = value;
        if (places.length == 0 || places[at] != 0) return;
        places[at] = slot + 1;
        count++;
        if (2 * count > places.length) grow();
    }

    private void grow() {
        long[] oldKeys = keys;
        long[] oldValues = values;
        int[] oldPlaces = places;
        int larger = 2 * oldPlaces.length;
        boolean isSparse = larger <= MOST_SPARSE;
        keys = new long[isSparse ? larger : 1 << BITS];
        values = new long[keys.length];
        places = new int[isSparse ? larger : 0];
        count = 0;
        for (int i = 0; i < oldPlaces.length; i++) {
            if (oldPlaces[i] != 0) put(oldPlaces[i] - 1, oldKeys[i], oldValues[i]);
        }
    }

    /// Where the entry of a place is, or would be.
    private int at(int slot) {
        if (places.length == 0) return slot;
        int mask = places.length - 1;
        int at = slot & mask;
        while (places[at] != 0 && places[at] != slot + 1) at = (at + 1) & mask;
        return at;
    }

    /// How many bytes it takes.
    long bytes() {
        return (long) keys.length * ENTRY_BYTES;
    }

    Memory copy() {
        return new Memory(keys.clone(), values.clone(), places.clone(), count);
    }

    private static int slot(long key) {
        return (int) ((key * 0x9e3779b97f4a7c15L) >>> (64 - BITS));
    }
}
