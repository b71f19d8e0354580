// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.content;

import dev.evenkeel.core.Digest;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// How a device gets each chunk of one image, decided before a byte moves: written already, reused
/// from its own slots, copied within the image, or fetched.
///
/// @param sources one for each chunk of the index, in its order
/// @param written what is in place already
/// @param reused what comes from the device's own slots
/// @param copied what is read back from earlier in the same image
/// @param fetched what comes over the network; as frames it has `fetch().bytes()`
public record ReusePlan(
        List<Source> sources,
        FetchPlan fetch,
        Share written,
        Share reused,
        Share copied,
        Share fetched) {
    /// Where one chunk comes from.
    public sealed interface Source {
        /// It is in its place already.
        record Written() implements Source {}

        /// [LocalChunks] has it.
        record Local() implements Source {}

        /// The same bytes are in the same image, at chunk `from`, which is in its place by then.
        record Copied(int from) implements Source {}

        /// The fetch plan brings it.
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

    /// The cheapest way to the image of `index` for a device that wrote the chunks `written`
    /// already and has `local` at hand.
    public static ReusePlan of(
            ChunkIndex index, Locations locations, BitSet written, LocalChunks local) {
        var sources = new ArrayList<Source>();
        var wanted = new BitSet();
        Map<Digest, Integer> first = new HashMap<>();
        for (int i = written.nextSetBit(0); i >= 0; i = written.nextSetBit(i + 1)) {
            first.putIfAbsent(index.chunk(i).raw(), i);
        }
        for (int i = 0; i < index.chunks().size(); i++) {
            Chunk chunk = index.chunk(i);
            Source source = source(i, chunk, written, local, first);
            if (source instanceof Source.Fetched) wanted.set(i);
            first.putIfAbsent(chunk.raw(), i);
            sources.add(source);
        }
        return sum(index, sources, FetchPlan.of(index, locations, wanted));
    }

    public int rangeCount() {
        return fetch.ranges().size();
    }

    public long bytesToFetch() {
        return fetch.bytes();
    }

    /// Bytes of the image that do not cross the network, though they are still to be written.
    public long bytesReused() {
        return reused.bytes() + copied.bytes();
    }

    /// One line for a log: what is reused, what is fetched, in how many requests.
    @Override
    public String toString() {
        return "written "
                + written
                + ", reuse "
                + reused
                + ", copy "
                + copied
                + ", fetch "
                + fetched
                + " as "
                + fetch.bytes()
                + " bytes in "
                + rangeCount()
                + (rangeCount() == 1 ? " range" : " ranges");
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

    private static ReusePlan sum(ChunkIndex index, List<Source> sources, FetchPlan fetch) {
        var none = new Share(0, 0);
        Share written = none;
        Share reused = none;
        Share copied = none;
        Share fetched = none;
        for (int i = 0; i < sources.size(); i++) {
            Chunk chunk = index.chunk(i);
            switch (sources.get(i)) {
                case Source.Written() -> written = written.plus(chunk);
                case Source.Local() -> reused = reused.plus(chunk);
                case Source.Copied _ -> copied = copied.plus(chunk);
                case Source.Fetched() -> fetched = fetched.plus(chunk);
            }
        }
        return new ReusePlan(sources, fetch, written, reused, copied, fetched);
    }
}
