// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.content.delta;

import java.util.LinkedHashMap;
import org.jspecify.annotations.Nullable;

/// Unpacked units that were read lately, within a budget of bytes.
final class UnitCache {
    private final long budgetBytes;
    private final LinkedHashMap<Key, byte[]> units = new LinkedHashMap<>(16, 0.75f, true);
    private long heldBytes;

    private record Key(int level, int unit) {}

    UnitCache(long budgetBytes) {
        this.budgetBytes = budgetBytes;
    }

    byte @Nullable [] get(int level, int unit) {
        return units.get(new Key(level, unit));
    }

    /// Makes room before `length` more bytes are unpacked.
    void makeRoom(int length) {
        var oldest = units.entrySet().iterator();
        while (heldBytes + length > budgetBytes && oldest.hasNext()) {
            heldBytes -= oldest.next().getValue().length;
            oldest.remove();
        }
    }

    void put(int level, int unit, byte[] plain) {
        units.put(new Key(level, unit), plain);
        heldBytes += plain.length;
    }
}
