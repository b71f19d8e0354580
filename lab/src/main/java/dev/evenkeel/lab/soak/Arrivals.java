// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.lab.soak;

import dev.evenkeel.core.Slot;
import dev.evenkeel.testkit.SimulatedDevice;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/// Which chunks of the release that a device is being brought to have come over its link, to see
/// whether one comes again. The one excuse: a power cut took it from the medium before it was
/// flushed.
final class Arrivals {
    private Optional<SoakRelease> release = Optional.empty();
    private Slot target = Slot.A;
    private final Set<SoakRelease.Piece> arrived = new HashSet<>();

    /// A part of a pack is asked for; what of it has come before and still stands.
    Optional<SoakRelease.Piece> needless(
            SoakRelease wanted,
            SimulatedDevice device,
            Slot into,
            String pack,
            long from,
            long length) {
        if (!release.equals(Optional.of(wanted)) || target != into) {
            release = Optional.of(wanted);
            target = into;
            arrived.clear();
        }
        return wanted.askedBy(pack, from, from + length).stream()
                .filter(piece -> arrived.contains(piece) && piece.stands(device, into))
                .findFirst();
    }

    /// These bytes of a pack came.
    void came(String pack, long from, long end) {
        release.ifPresent(wanted -> arrived.addAll(wanted.within(pack, from, end)));
    }
}
