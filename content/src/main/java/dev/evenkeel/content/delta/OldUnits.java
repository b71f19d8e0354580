// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.content.delta;

import dev.evenkeel.content.RandomBytes;
import dev.evenkeel.content.packing.PackedKind;
import dev.evenkeel.content.packing.PackedSpan;
import dev.evenkeel.content.packing.PackingFault;
import dev.evenkeel.core.Digest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Unpacks everything in the old image, and remembers what was packed how.
final class OldUnits implements Expansion.Units {
    private final List<PackedKind> kinds = new ArrayList<>();
    private final Map<Digest, Place> packed = new HashMap<>();
    private final int unitBytes;

    /// Where packed bytes lie.
    record Place(int level, long at) {}

    /// @param unitBytes how much a device can unpack at once
    OldUnits(int unitBytes) {
        this.unitBytes = unitBytes;
    }

    @Override
    public Expansion.Chosen choose(List<Expansion.Part> parts, RandomBytes bytes, int level)
            throws IOException {
        List<Layer.Unit> units = new ArrayList<>();
        long end = 0;
        for (Expansion.Part part : parts) {
            if (part.at() < end) continue;
            byte[] held = bytes.read(part.at(), part.length());
            packed.putIfAbsent(Digest.of(held), new Place(level, part.at()));
            int plainBytes;
            try {
                int most = Math.min(unitBytes, part.plainLimit());
                plainBytes = part.span().kind().unpack(held, most).length;
            } catch (PackingFault tooLargeOrDamaged) {
                continue;
            }
            if (plainBytes == 0) continue;
            units.add(
                    new Layer.Unit(
                            part.at(), part.length(), plainBytes, number(part.span().kind())));
            end = part.at() + part.length();
        }
        return new Expansion.Chosen(units, Map.of());
    }

    private int number(PackedKind kind) {
        if (!kinds.contains(kind)) kinds.add(kind);
        return kinds.indexOf(kind);
    }

    @Override
    public byte[] unpack(int packing, byte[] held, int plainBytes) {
        return kinds.get(packing).unpack(held, plainBytes);
    }

    @Override
    public void apart(PackedSpan part) {}

    List<PackedKind> kinds() {
        return kinds;
    }

    /// Where the old image has exactly these packed bytes.
    Optional<Place> find(Digest held) {
        return Optional.ofNullable(packed.get(held));
    }
}
