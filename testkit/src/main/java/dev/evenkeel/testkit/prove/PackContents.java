// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.testkit.prove;

import dev.evenkeel.content.ChunkIndex;
import dev.evenkeel.content.ContentPath;
import dev.evenkeel.content.Locations;
import dev.evenkeel.core.Payload;
import dev.evenkeel.testkit.Medium;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Which chunk of a release lies where in the packs, to see what a request asks for.
final class PackContents {
    /// A chunk of an image of a release.
    record Piece(Payload.Kind kind, long offset, byte[] raw) {
        /// Whether the medium holds it in its place.
        boolean stands(Medium medium) {
            if (offset + raw.length > medium.sizeBytes()) return false;
            return java.util.Arrays.equals(medium.read(offset, raw.length), raw);
        }
    }

    private record Place(String pack, long offset) {}

    private final Map<Place, List<Piece>> pieces = new HashMap<>();
    private final Map<Place, Long> ends = new HashMap<>();

    static PackContents of(World world, SmallRelease release) {
        var contents = new PackContents();
        for (Payload payload : release.manifest().payloads()) {
            byte[] image =
                    payload.kind() == Payload.Kind.SLOT_IMAGE ? release.slot() : release.boot();
            var index =
                    ChunkIndex.read(
                            world.file(ContentPath.index(payload.index().digest())).orElseThrow());
            var locations =
                    Locations.read(
                            world.file(ContentPath.locations(payload.index().digest()))
                                    .orElseThrow(),
                            payload.index().digest());
            for (int i = 0; i < index.chunks().size(); i++) {
                int at = (int) index.offset(i);
                byte[] raw =
                        java.util.Arrays.copyOfRange(image, at, at + index.chunk(i).rawBytes());
                var place = new Place(ContentPath.pack(locations.pack(i)), locations.offset(i));
                contents.pieces
                        .computeIfAbsent(place, _ -> new ArrayList<>())
                        .add(new Piece(payload.kind(), at, raw));
                contents.ends.put(place, place.offset() + index.chunk(i).frameBytes());
            }
        }
        return contents;
    }

    /// All chunks of the release, each in every place where it stands.
    List<Piece> all() {
        return pieces.values().stream().flatMap(List::stream).toList();
    }

    /// The chunk whose frame begins at `from`, which is what a request is made for; it may stand in
    /// several places of the release.
    List<Piece> beginningAt(String pack, long from) {
        return pieces.getOrDefault(new Place(pack, from), List.of());
    }

    /// The chunk whose frame ends at `end`.
    List<Piece> endingAt(String pack, long end) {
        Optional<Place> place =
                ends.entrySet().stream()
                        .filter(one -> one.getKey().pack().equals(pack) && one.getValue() == end)
                        .map(Map.Entry::getKey)
                        .findFirst();
        return place.map(found -> pieces.getOrDefault(found, List.of())).orElse(List.of());
    }
}
