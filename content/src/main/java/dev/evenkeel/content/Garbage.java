// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.content;

import dev.evenkeel.core.Digest;
import java.util.List;

/// What of a repository nothing refers to, and what removing it means: a plan, to be shown before
/// it is carried out.
///
/// @param indexes that no manifest names
/// @param locations whose index is one of those or is not there
/// @param packs without a frame that is in use
/// @param deltas that no metadata name
/// @param rewrites packs of which enough is dead that the rest is copied into a new one; the old
///   one stays for devices that read from it now, and is removed by a later run
/// @param freedBytes what removing frees at once, without what rewriting will free
public record Garbage(
        List<Digest> indexes,
        List<Digest> locations,
        List<Digest> packs,
        List<Digest> deltas,
        List<Rewrite> rewrites,
        long freedBytes) {
    /// A pack that is worth rewriting.
    public record Rewrite(Digest pack, long sizeBytes, long liveBytes) {}

    public Garbage {
        indexes = List.copyOf(indexes);
        locations = List.copyOf(locations);
        packs = List.copyOf(packs);
        deltas = List.copyOf(deltas);
        rewrites = List.copyOf(rewrites);
    }

    /// Nothing to do.
    public boolean isEmpty() {
        return indexes.isEmpty()
                && locations.isEmpty()
                && packs.isEmpty()
                && deltas.isEmpty()
                && rewrites.isEmpty();
    }
}
