// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.content.delta;

import dev.evenkeel.content.RandomBytes;
import java.io.IOException;

/// Bytes with their packed units unpacked, each when it is read.
final class UnpackedBytes implements RandomBytes {
    /// Unpacks the bytes of a unit.
    interface Unpacking {
        byte[] unpack(int packing, byte[] packed, int plainBytes);
    }

    private final RandomBytes packed;
    private final Layer layer;
    private final int level;
    private final UnitCache cache;
    private final Unpacking unpacking;
    private final long sizeBytes;

    /// @param level the number of the level that these bytes are
    UnpackedBytes(
            RandomBytes packed, Layer layer, int level, UnitCache cache, Unpacking unpacking) {
        this.packed = packed;
        this.layer = layer;
        this.level = level;
        this.cache = cache;
        this.unpacking = unpacking;
        this.sizeBytes = layer.plainBytes(packed.sizeBytes());
    }

    @Override
    public long sizeBytes() {
        return sizeBytes;
    }

    @Override
    public void read(long at, byte[] into, int offset, int length) throws IOException {
        requireInside(at, length);
        long from = at;
        int filled = 0;
        while (filled < length) {
            int some = readSome(from, into, offset + filled, length - filled);
            filled += some;
            from += some;
        }
    }

    private int readSome(long at, byte[] into, int offset, int length) throws IOException {
        int unit = layer.unitBefore(at);
        if (unit >= 0) {
            long inUnit = at - layer.plainAt(unit);
            int plainBytes = layer.unit(unit).plainBytes();
            if (inUnit < plainBytes) {
                int some = (int) Math.min(length, plainBytes - inUnit);
                System.arraycopy(unpacked(unit), (int) inUnit, into, offset, some);
                return some;
            }
        }
        long border = unit + 1 < layer.count() ? layer.plainAt(unit + 1) : sizeBytes;
        int some = (int) Math.min(length, border - at);
        long below =
                unit < 0
                        ? at
                        : layer.unit(unit).end()
                                + (at - layer.plainAt(unit) - layer.unit(unit).plainBytes());
        packed.read(below, into, offset, some);
        return some;
    }

    private byte[] unpacked(int number) throws IOException {
        byte[] known = cache.get(level, number);
        if (known != null) return known;
        Layer.Unit unit = layer.unit(number);
        byte[] below = packed.read(unit.at(), unit.packedBytes());
        cache.makeRoom(unit.plainBytes());
        byte[] plain = unpacking.unpack(unit.packing(), below, unit.plainBytes());
        cache.put(level, number, plain);
        return plain;
    }
}
