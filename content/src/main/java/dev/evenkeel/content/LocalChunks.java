// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.content;

import dev.evenkeel.core.Digest;
import dev.evenkeel.core.Disk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The chunks that a device already has, in slots and boot partitions whose index it knows. What is
/// there is believed only once it was read and its digest was right. For one thread.
public final class LocalChunks {
    /// An image that lies at the start of `disk`, cut as `index` says.
    public record Image(ChunkIndex index, Disk disk) {}

    private final Map<Digest, Place> places = new HashMap<>();
    private final Set<Digest> broken = new HashSet<>();

    private record Place(Disk disk, long offset) {}

    public LocalChunks(List<Image> images) {
        for (Image image : images) {
            ChunkIndex index = image.index();
            for (int i = 0; i < index.chunks().size(); i++) {
                places.putIfAbsent(index.chunk(i).raw(), new Place(image.disk(), index.offset(i)));
            }
        }
    }

    /// Nothing is at hand, everything has to come over the network.
    public static LocalChunks none() {
        return new LocalChunks(List.of());
    }

    /// Whether `chunk` should be at hand, so far as was found out without reading it.
    public boolean has(Chunk chunk) {
        return places.containsKey(chunk.raw()) && !broken.contains(chunk.raw());
    }

    /// The bytes of `chunk`, checked; empty where they are not at hand, cannot be read or are not
    /// what they should be. From then on [#has] says so too, and the next plan fetches the chunk.
    public Optional<byte[]> read(Chunk chunk) {
        if (!has(chunk)) return Optional.empty();
        Place place = places.get(chunk.raw());
        var raw = new byte[chunk.rawBytes()];
        if (place != null && read(place, raw) && Digest.of(raw).equals(chunk.raw())) {
            return Optional.of(raw);
        }
        broken.add(chunk.raw());
        return Optional.empty();
    }

    /// How many chunks were found broken: a slot that decays.
    public int brokenCount() {
        return broken.size();
    }

    private static boolean read(Place place, byte[] raw) {
        if (place.offset() > place.disk().sizeBytes() - raw.length) return false;
        try {
            place.disk().read(place.offset(), ByteBuffer.wrap(raw));
            return true;
        } catch (IOException badSector) {
            // an unreadable sector of the old slot must not fail an update that can fetch the chunk
            return false;
        }
    }
}
