// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.content.delta;

import java.util.Arrays;
import java.util.List;

/// Which parts of some bytes are packed: the units, in order. Unpacked in their places they make
/// the bytes of the next level; everything between them stays as it is.
public final class Layer {
    /// Bytes that are packed as one.
    ///
    /// @param at where the packed bytes start
    /// @param packing the number of how they are packed, in a table of the delta
    public record Unit(long at, int packedBytes, int plainBytes, int packing) {
        long end() {
            return at + packedBytes;
        }
    }

    private final List<Unit> units;
    private final long[] at;
    private final long[] plainAt;

    Layer(List<Unit> units) {
        this.units = List.copyOf(units);
        at = new long[units.size()];
        plainAt = new long[units.size()];
        long grown = 0;
        for (int i = 0; i < at.length; i++) {
            Unit unit = units.get(i);
            at[i] = unit.at();
            plainAt[i] = unit.at() + grown;
            grown += unit.plainBytes() - unit.packedBytes();
        }
    }

    public List<Unit> units() {
        return units;
    }

    Unit unit(int number) {
        return units.get(number);
    }

    int count() {
        return at.length;
    }

    /// Where the plain bytes of unit `number` start on the next level.
    long plainAt(int number) {
        return plainAt[number];
    }

    /// How many bytes the next level has.
    long plainBytes(long packedBytes) {
        if (at.length == 0) return packedBytes;
        int last = at.length - 1;
        return plainAt[last] + units.get(last).plainBytes() + (packedBytes - units.get(last).end());
    }

    /// The last unit whose plain bytes start at or before `plain`, -1 where there is none.
    int unitBefore(long plain) {
        return floor(plainAt, plain);
    }

    /// The unit that holds packed byte `packed`, -1 where it lies between units.
    int unitAt(long packed) {
        int unit = floor(at, packed);
        return unit >= 0 && packed < units.get(unit).end() ? unit : -1;
    }

    /// Where a byte that lies between units is on the next level.
    long unpacked(long packed) {
        int unit = floor(at, packed);
        if (unit < 0) return packed;
        return plainAt[unit] + units.get(unit).plainBytes() + (packed - units.get(unit).end());
    }

    /// Where a border on the next level is here; one inside of a unit counts as the unit's end.
    long below(long plain) {
        int unit = unitBefore(plain - 1);
        if (unit < 0) return plain;
        return units.get(unit).end() + (plain - plainAt[unit] - units.get(unit).plainBytes());
    }

    private static int floor(long[] sorted, long wanted) {
        int found = Arrays.binarySearch(sorted, wanted);
        return found >= 0 ? found : -found - 2;
    }
}
