// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.content.delta;

import dev.evenkeel.content.packing.Packing;
import java.io.IOException;
import java.util.List;

/// Takes the bytes of one level in order and gives those of the level below: what belongs to a unit
/// is gathered and packed again, everything else goes through.
final class PackingSink implements ByteSink {
    private final Layer layer;
    private final List<Packing> packings;
    private final ByteSink below;
    private int unit;
    private byte[] gathered = new byte[0];
    private int held;
    private long at;

    /// @param unit the first unit that is still to come
    /// @param at where on this level the bytes begin
    PackingSink(Layer layer, List<Packing> packings, ByteSink below, int unit, long at) {
        this.layer = layer;
        this.packings = packings;
        this.below = below;
        this.unit = unit;
        this.at = at;
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        int from = offset;
        int end = offset + length;
        while (from < end) {
            int some =
                    unit < layer.count() && at >= layer.plainAt(unit)
                            ? gather(bytes, from, end - from)
                            : pass(bytes, from, end - from);
            from += some;
        }
    }

    private int pass(byte[] bytes, int from, int length) throws IOException {
        int some = unit < layer.count() ? (int) Math.min(length, layer.plainAt(unit) - at) : length;
        below.write(bytes, from, some);
        at += some;
        return some;
    }

    private int gather(byte[] bytes, int from, int length) throws IOException {
        Layer.Unit packed = layer.unit(unit);
        if (held == 0) gathered = new byte[packed.plainBytes()];
        int some = Math.min(length, packed.plainBytes() - held);
        System.arraycopy(bytes, from, gathered, held, some);
        held += some;
        at += some;
        if (held == packed.plainBytes()) pack(packed);
        return some;
    }

    private void pack(Layer.Unit expected) throws IOException {
        byte[] packed =
                packings.get(expected.packing()).packAgain(gathered, expected.packedBytes());
        gathered = new byte[0];
        held = 0;
        unit++;
        if (packed.length != expected.packedBytes()) {
            throw new DeltaFault.Unreproducible(
                    packings.get(expected.packing()).text(), expected.packedBytes(), packed.length);
        }
        below.write(packed, 0, packed.length);
    }

    /// Whether no unit is half gathered.
    boolean isAtBorder() {
        return held == 0;
    }
}
