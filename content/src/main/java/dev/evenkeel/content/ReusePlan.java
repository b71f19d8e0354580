// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.content;

import dev.evenkeel.content.delta.DeltaChunks;
import dev.evenkeel.core.Digest;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// How a device gets each chunk of one image, decided before a byte moves: written already, reused
/// from its own slots, copied within the image, made by a delta, or fetched.
///
/// @param sources one for each chunk of the index, in its order
/// @param written what is in place already
/// @param reused what comes from the device's own slots
/// @param copied what is read back from earlier in the same image
/// @param patched what a delta makes
/// @param fetched what comes over the network as chunks
/// @param chunkBytes frames of the fetched chunks, as they cross the network
/// @param deltaBytes frames of the delta, as they cross the network
public record ReusePlan(
        List<Source> sources,
        Share written,
        Share reused,
        Share copied,
        Share patched,
        Share fetched,
        long chunkBytes,
        long deltaBytes) {
    /// Where one chunk comes from.
    public sealed interface Source {
        /// It is in its place already.
        record Written() implements Source {}

        /// [LocalChunks] has it.
        record Local() implements Source {}

        /// The same bytes are in the same image, at chunk `from`, which is in its place by then.
        record Copied(int from) implements Source {}

        /// A frame of the delta makes it.
        record Patched() implements Source {}

        /// A pack brings it.
        record Fetched() implements Source {}
    }

    /// A part of the image: how many chunks, how many raw bytes.
    public record Share(int chunks, long bytes) {
        Share plus(Chunk chunk) {
            return new Share(chunks + 1, bytes + chunk.rawBytes());
        }

        @Override
        public String toString() {
            return chunks + (chunks == 1 ? " chunk (" : " chunks (") + bytes + " bytes)";
        }
    }

    public ReusePlan {
        sources = List.copyOf(sources);
    }

    /// The way to the image of `index` without a delta, for a device that wrote the chunks
    /// `written` already and has `local` at hand.
    public static ReusePlan of(ChunkIndex index, BitSet written, LocalChunks local) {
        var sources = new ArrayList<Source>();
        Map<Digest, Integer> first = new HashMap<>();
        for (int i = written.nextSetBit(0); i >= 0; i = written.nextSetBit(i + 1)) {
            first.putIfAbsent(index.chunk(i).raw(), i);
        }
        for (int i = 0; i < index.chunks().size(); i++) {
            Chunk chunk = index.chunk(i);
            sources.add(source(i, chunk, written, local, first));
            first.putIfAbsent(chunk.raw(), i);
        }
        return sum(index, sources, 0);
    }

    /// The same, with `delta` for what would be fetched. A chunk on the border of a frame that
    /// nothing else needs is fetched all the same.
    public ReusePlan with(ChunkIndex index, DeltaChunks delta) {
        BitSet frames = delta.framesFor(toFetch());
        var changed = new ArrayList<Source>(sources);
        for (int i = 0; i < changed.size(); i++) {
            if (changed.get(i) instanceof Source.Fetched && delta.makes(i, frames)) {
                changed.set(i, new Source.Patched());
            }
        }
        return sum(index, changed, delta.packedBytes(frames));
    }

    /// The numbers of the chunks that packs bring, for [FetchPlan#of].
    public BitSet toFetch() {
        var wanted = new BitSet();
        for (int i = 0; i < sources.size(); i++) {
            if (sources.get(i) instanceof Source.Fetched) wanted.set(i);
        }
        return wanted;
    }

    /// What will cross the network, gaps between wanted frames not counted.
    public long bytesToFetch() {
        return chunkBytes + deltaBytes;
    }

    /// Bytes of the image that do not cross the network, though they are still to be written.
    public long bytesReused() {
        return reused.bytes() + copied.bytes();
    }

    /// Bytes that are still to be written.
    public long bytesToWrite() {
        return bytesReused() + patched.bytes() + fetched.bytes();
    }

    /// One line for a log: what is reused, what is made, what is fetched.
    @Override
    public String toString() {
        String delta =
                patched.chunks() == 0
                        ? ""
                        : ", make " + patched + " from " + deltaBytes + " bytes of a delta";
        return "written "
                + written
                + ", reuse "
                + reused
                + ", copy "
                + copied
                + delta
                + ", fetch "
                + fetched
                + " as "
                + chunkBytes
                + " bytes";
    }

    private static Source source(
            int number,
            Chunk chunk,
            BitSet written,
            LocalChunks local,
            Map<Digest, Integer> first) {
        if (written.get(number)) return new Source.Written();
        if (local.has(chunk)) return new Source.Local();
        Integer from = first.get(chunk.raw());
        return from == null ? new Source.Fetched() : new Source.Copied(from);
    }

    private static ReusePlan sum(ChunkIndex index, List<Source> sources, long deltaBytes) {
        var none = new Share(0, 0);
        Share written = none;
        Share reused = none;
        Share copied = none;
        Share patched = none;
        Share fetched = none;
        long chunkBytes = 0;
        for (int i = 0; i < sources.size(); i++) {
            Chunk chunk = index.chunk(i);
            switch (sources.get(i)) {
                case Source.Written() -> written = written.plus(chunk);
                case Source.Local() -> reused = reused.plus(chunk);
                case Source.Copied _ -> copied = copied.plus(chunk);
                case Source.Patched() -> patched = patched.plus(chunk);
                case Source.Fetched() -> {
                    fetched = fetched.plus(chunk);
                    chunkBytes += chunk.frameBytes();
                }
            }
        }
        return new ReusePlan(
                sources, written, reused, copied, patched, fetched, chunkBytes, deltaBytes);
    }
}
