// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.content.packing;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Finds the [Packing] that gives the packed bytes from the plain ones, by trial; what succeeded
/// lately is tried first, as the members of an image were mostly made by the same few tools. One
/// for each thread.
public final class PackingSearch {
    /// How many that succeeded lately are remembered.
    private static final int REMEMBERED = 16;

    private final List<Packing> lately;

    public PackingSearch() {
        this.lately = new ArrayList<>();
    }

    /// Empty where no packing that this build has gives these bytes: they travel as they are.
    public Optional<Packing> find(PackedKind kind, byte[] packed, byte[] plain) {
        for (Packing packing : candidates(kind, packed)) {
            if (packing.gives(packed, plain)) {
                remember(packing);
                return Optional.of(packing);
            }
        }
        return Optional.empty();
    }

    private List<Packing> candidates(PackedKind kind, byte[] packed) {
        var candidates = new ArrayList<Packing>();
        for (Packing packing : lately) {
            if (packing.kind() == kind) candidates.add(packing);
        }
        for (Packing packing : Candidates.of(kind, packed)) {
            if (!candidates.contains(packing)) candidates.add(packing);
        }
        return candidates;
    }

    private void remember(Packing packing) {
        lately.remove(packing);
        lately.addFirst(packing);
        if (lately.size() > REMEMBERED) lately.removeLast();
    }
}
