// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.content;

import dev.evenkeel.core.Limits;
import java.io.IOException;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Iterator;

/// What a device does with a plan: writes an image from its start to its end, with every byte from
/// the source that the plan says.
record Installation(byte[] image, ReusePlan plan, FetchPlan fetch) {
    static Installation of(ChunkIndex signed, ContentSource carrier, LocalChunks local)
            throws IOException {
        var name = signed.file();
        ChunkIndex index =
                ChunkIndex.read(
                        carrier.fetch(ContentPath.index(name.digest()), (int) name.sizeBytes()));
        Locations locations =
                Locations.read(
                        carrier.fetch(ContentPath.locations(name.digest()), Limits.INDEX_BYTES),
                        name.digest());
        ReusePlan plan = ReusePlan.of(index, new BitSet(), local);
        FetchPlan fetch = FetchPlan.of(index, locations, plan.toFetch());
        var image = new byte[(int) index.imageBytes()];
        Iterator<RangeReader.Arrived> arriving = arriving(index, carrier, fetch);
        for (int i = 0; i < index.chunks().size(); i++) {
            Chunk chunk = index.chunk(i);
            byte[] raw =
                    switch (plan.sources().get(i)) {
                        case ReusePlan.Source.Written() -> throw new IllegalStateException();
                        case ReusePlan.Source.Local() -> local.read(chunk).orElseThrow();
                        case ReusePlan.Source.Copied(int from) ->
                                Arrays.copyOfRange(
                                        image,
                                        (int) index.offset(from),
                                        (int) index.offset(from) + chunk.rawBytes());
                        case ReusePlan.Source.Patched() -> throw new IllegalStateException();
                        case ReusePlan.Source.Fetched() -> expect(arriving.next(), i);
                    };
            System.arraycopy(raw, 0, image, (int) index.offset(i), raw.length);
        }
        return new Installation(image, plan, fetch);
    }

    /// Throws unless the chunk that arrived is the next that the image needs: nothing is reordered.
    private static byte[] expect(RangeReader.Arrived arrived, int chunk) {
        if (arrived.chunk() != chunk) {
            throw new AssertionError("chunk " + arrived.chunk() + " came instead of " + chunk);
        }
        return arrived.raw();
    }

    private static Iterator<RangeReader.Arrived> arriving(
            ChunkIndex index, ContentSource carrier, FetchPlan plan) {
        return plan.ranges().stream().flatMap(range -> read(index, carrier, range)).iterator();
    }

    private static java.util.stream.Stream<RangeReader.Arrived> read(
            ChunkIndex index, ContentSource carrier, FetchPlan.Range range) {
        var arrived = java.util.stream.Stream.<RangeReader.Arrived>builder();
        try (var reader = RangeReader.open(carrier, range, index, new Unfinished())) {
            for (var next = reader.next(); next.isPresent(); next = reader.next()) {
                arrived.add(next.get());
            }
        } catch (IOException broken) {
            throw new java.io.UncheckedIOException(broken);
        }
        return arrived.build();
    }
}
