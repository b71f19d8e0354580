// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.lab.soak;

import dev.evenkeel.content.ChunkIndex;
import dev.evenkeel.content.ContentPath;
import dev.evenkeel.content.ContentSource;
import dev.evenkeel.content.Locations;
import dev.evenkeel.core.Limits;
import dev.evenkeel.core.Payload;
import dev.evenkeel.core.Slot;
import dev.evenkeel.testkit.BuiltRelease;
import dev.evenkeel.testkit.SimulatedDevice;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// A release of the soak: what it does, and where its chunks lie in the repository's packs.
final class SoakRelease {
    /// Small, so that a fleet of disks fits into memory; large enough for a dozen chunks.
    static final int SLOT_BYTES = 360 << 10;

    private static final int BOOT_BYTES = 96 << 10;

    final BuiltRelease built;
    final Conduct conduct;
    final Duration publishedAt;
    private final Map<String, List<Frame>> byPack = new HashMap<>();

    private record Frame(long begin, long end, Piece piece) {}

    /// A chunk of an image.
    static final class Piece {
        private final Payload.Kind kind;
        private final int offset;
        private final int count;
        private final byte[] image;

        Piece(Payload.Kind kind, int offset, int count, byte[] image) {
            this.kind = kind;
            this.offset = offset;
            this.count = count;
            this.image = image;
        }

        /// Whether the medium has it where it belongs.
        boolean stands(SimulatedDevice device, Slot slot) {
            byte[] there = device.disk(kind.partition(slot)).medium().read(offset, count);
            return Arrays.equals(there, 0, count, image, offset, offset + count);
        }

        @Override
        public String toString() {
            return "the chunk at " + offset + " of the " + kind;
        }
    }

    SoakRelease(BuiltRelease built, Conduct conduct, Duration publishedAt) {
        this.built = built;
        this.conduct = conduct;
        this.publishedAt = publishedAt;
    }

    static BuiltRelease build(Path folder, String version) throws IOException {
        return BuiltRelease.build(
                folder,
                version,
                BuiltRelease.Terms.DEFAULT,
                BuiltRelease.image(version, SLOT_BYTES),
                BuiltRelease.image(version, BOOT_BYTES));
    }

    /// Of the images, which a simulation keeps in memory.
    long imageBytes() {
        return (long) built.slot().length + built.boot().length;
    }

    String version() {
        return built.manifest().version().text();
    }

    /// Learns from a repository that carries it where its chunks lie.
    SoakRelease locatedIn(ContentSource repository) throws IOException {
        for (Payload payload : built.manifest().payloads()) {
            byte[] image = payload.kind() == Payload.Kind.SLOT_IMAGE ? built.slot() : built.boot();
            var name = payload.index().digest();
            var index =
                    ChunkIndex.read(repository.fetch(ContentPath.index(name), Limits.INDEX_BYTES));
            var locations =
                    Locations.read(
                            repository.fetch(ContentPath.locations(name), Limits.INDEX_BYTES),
                            name);
            for (int i = 0; i < index.chunks().size(); i++) {
                int at = (int) index.offset(i);
                var piece = new Piece(payload.kind(), at, index.chunk(i).rawBytes(), image);
                long begin = locations.offset(i);
                var frame = new Frame(begin, begin + index.chunk(i).frameBytes(), piece);
                byPack.computeIfAbsent(ContentPath.pack(locations.pack(i)), _ -> new ArrayList<>())
                        .add(frame);
            }
        }
        return this;
    }

    /// The chunks whose frames lie wholly in these bytes of a pack.
    List<Piece> within(String pack, long from, long end) {
        return byPack.getOrDefault(pack, List.of()).stream()
                .filter(frame -> frame.begin() >= from && frame.end() <= end)
                .map(Frame::piece)
                .toList();
    }

    /// The chunks with whose frame these bytes of a pack begin or end: what was asked for. Between
    /// them may be others that are cheaper to read than to ask around.
    List<Piece> askedBy(String pack, long from, long end) {
        return byPack.getOrDefault(pack, List.of()).stream()
                .filter(frame -> frame.begin() == from || frame.end() == end)
                .map(Frame::piece)
                .toList();
    }

    /// The packs that hold its chunks.
    Set<String> packs() {
        return byPack.keySet();
    }

    /// Where the frame of a chunk begins in its pack.
    long begin(Piece piece) {
        return byPack.values().stream()
                .flatMap(List::stream)
                .filter(frame -> frame.piece() == piece)
                .findFirst()
                .orElseThrow()
                .begin();
    }
}
