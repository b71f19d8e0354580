// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.content.delta;

import java.util.LinkedHashMap;
import org.jspecify.annotations.Nullable;

/// Unpacked units that were read lately. Small ones, blocks of a filesystem, never drive out the
/// few large ones, pieces of a kernel: a difference goes to and fro between those, and to unpack
/// one again for each step would take minutes.
final class UnitCache {
    private static final int SMALL_BYTES = 1 << 20;
    private static final long MOST_OF_SMALL = 2 << 20;
    private static final int MOST_LARGE = 3;

    private final long mostOfSmall;
    private final int mostLarge;
    private final Shelf small = new Shelf();
    private final Shelf large = new Shelf();

    private record Key(int level, int unit) {}

    private UnitCache(long mostOfSmall, int mostLarge) {
        this.mostOfSmall = mostOfSmall;
        this.mostLarge = mostLarge;
    }

    /// For whoever makes deltas, and has the memory.
    static UnitCache large() {
        return new UnitCache(16 * MOST_OF_SMALL, 4 * MOST_LARGE);
    }

    /// For a device.
    static UnitCache small() {
        return new UnitCache(MOST_OF_SMALL, MOST_LARGE);
    }

    /// What a [#small] one holds at most where no unit has more than `largestUnit` bytes.
    static long mostBytes(int largestUnit) {
        return MOST_OF_SMALL + (largestUnit > SMALL_BYTES ? (long) MOST_LARGE * largestUnit : 0);
    }

    byte @Nullable [] get(int level, int unit) {
        var key = new Key(level, unit);
        byte[] known = small.units.get(key);
        return known != null ? known : large.units.get(key);
    }

    /// Makes room before `length` more bytes are unpacked.
    void makeRoom(int length) {
        if (length > SMALL_BYTES) {
            while (large.units.size() >= mostLarge) large.dropOldest();
        } else {
            while (small.heldBytes + length > mostOfSmall) small.dropOldest();
        }
    }

    void put(int level, int unit, byte[] plain) {
        Shelf shelf = plain.length > SMALL_BYTES ? large : small;
        shelf.units.put(new Key(level, unit), plain);
        shelf.heldBytes += plain.length;
    }

    private static final class Shelf {
        private final LinkedHashMap<Key, byte[]> units = new LinkedHashMap<>(16, 0.75f, true);
        private long heldBytes;

        void dropOldest() {
            var oldest = units.pollFirstEntry();
            if (oldest != null) heldBytes -= oldest.getValue().length;
        }
    }
}
