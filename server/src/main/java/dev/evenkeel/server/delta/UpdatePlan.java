// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.server.delta;

import dev.evenkeel.content.ContentFolder;
import dev.evenkeel.content.ContentPath;
import dev.evenkeel.content.StoredDelta;
import dev.evenkeel.core.Digest;
import dev.evenkeel.core.Limits;
import dev.evenkeel.core.Manifest;
import dev.evenkeel.core.Payload;
import dev.evenkeel.trust.TargetFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Every way in which a device that runs one release can come to another, and what each costs it,
/// as the agent will find them: it takes the one with the fewest bytes.
///
/// @param images each image of the new release
public record UpdatePlan(List<Image> images) {
    /// A chunk and its frame, which is what comes without a delta.
    private static final long CHUNK_MEMORY = Limits.CHUNK_BYTES + Limits.FRAME_BYTES;

    /// How an image comes to the slot.
    public enum Way {
        /// The device has every chunk of it.
        REUSE,
        DELTA,
        /// The chunks that the running image lacks.
        CHUNKS,
        /// Every chunk, as for a device that knows nothing of what it runs.
        FULL;

        /// As the API says it.
        public String word() {
            return switch (this) {
                case REUSE -> "reuse";
                case DELTA -> "delta";
                case CHUNKS -> "chunks";
                case FULL -> "full";
            };
        }
    }

    /// What a way costs.
    ///
    /// @param bytes that cross the network, without index and metadata
    /// @param memoryBytes that the device needs beside its agent
    /// @param writtenBytes that the slot's storage takes
    public record Cost(Way way, long bytes, long memoryBytes, long writtenBytes) {}

    /// One image of the new release.
    ///
    /// @param costs the ways that there are, the cheapest first
    public record Image(Payload.Kind kind, long sizeBytes, List<Cost> costs) {
        public Image {
            costs = List.copyOf(costs);
        }
    }

    public UpdatePlan {
        images = List.copyOf(images);
    }

    static UpdatePlan of(
            ContentFolder content, Map<String, TargetFile> deltas, Manifest from, Manifest to)
            throws IOException {
        var images = new ArrayList<Image>();
        for (Payload fresh : to.payloads()) {
            Optional<Payload> old =
                    from.payloads().stream()
                            .filter(payload -> payload.kind() == fresh.kind())
                            .findFirst();
            var costs = new ArrayList<Cost>();
            if (old.isPresent()) {
                ChunkCost chunks = ChunkCost.of(content, old.get(), fresh);
                add(
                        costs,
                        chunks.missingBytes() == 0 ? Way.REUSE : Way.CHUNKS,
                        chunks.missingBytes(),
                        fresh);
                add(costs, Way.FULL, chunks.fullBytes(), fresh);
                TargetFile target =
                        deltas.get(ContentPath.deltaTarget(old.get().digest(), fresh.digest()));
                if (target != null) delta(content, target.digest(), fresh).ifPresent(costs::add);
            } else {
                add(costs, Way.FULL, ChunkCost.of(content, fresh, fresh).fullBytes(), fresh);
            }
            costs.sort(Comparator.comparingLong(Cost::bytes));
            images.add(new Image(fresh.kind(), fresh.sizeBytes(), costs));
        }
        return new UpdatePlan(images);
    }

    private static void add(List<Cost> costs, Way way, long bytes, Payload fresh) {
        costs.add(new Cost(way, bytes, CHUNK_MEMORY, fresh.sizeBytes()));
    }

    private static Optional<Cost> delta(ContentFolder content, Digest name, Payload fresh)
            throws IOException {
        Optional<Path> file = content.file(ContentPath.delta(name));
        if (file.isEmpty()) return Optional.empty();
        StoredDelta delta = StoredDelta.read(file.get());
        return Optional.of(
                new Cost(Way.DELTA, delta.sizeBytes(), delta.memoryBytes(), fresh.sizeBytes()));
    }
}
