// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.agent;

import dev.evenkeel.content.Chunk;
import dev.evenkeel.content.ChunkIndex;
import dev.evenkeel.content.ContentSource;
import dev.evenkeel.content.FetchPlan;
import dev.evenkeel.content.LocalChunks;
import dev.evenkeel.content.Locations;
import dev.evenkeel.content.RangeReader;
import dev.evenkeel.content.ReusePlan;
import dev.evenkeel.content.Unfinished;
import dev.evenkeel.core.Digest;
import dev.evenkeel.core.Disk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.BitSet;
import java.util.Iterator;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Writes one image into its partition: chunk by chunk, in order, each verified before it is
/// written, never more than one in memory.
///
/// Every `flushBytes` the disk is flushed, and only then [Progress#flushed] may write the ledger:
/// what the ledger says is on the medium, whatever happens next.
final class SlotWriter implements AutoCloseable {
    /// Told while an image is written.
    interface Progress {
        /// One more chunk is in its place.
        ///
        /// @param downloaded frame bytes that it took over the network, 0 when none
        void wrote(int rawBytes, int downloaded) throws IOException;

        /// All chunks before `chunks` are on the medium.
        void flushed(int chunks) throws IOException;
    }

    private final ChunkIndex index;
    private final Disk disk;
    private final LocalChunks local;
    private final ContentSource source;
    private final Unfinished unfinished;
    private final Progress progress;
    private final int flushBytes;
    private @Nullable RangeReader reader;

    /// @param unfinished what a broken link left of a chunk; outlives this writer
    SlotWriter(
            ChunkIndex index,
            Disk disk,
            LocalChunks local,
            ContentSource source,
            Unfinished unfinished,
            Progress progress,
            int flushBytes) {
        this.index = index;
        this.disk = disk;
        this.local = local;
        this.source = source;
        this.unfinished = unfinished;
        this.progress = progress;
        this.flushBytes = flushBytes;
    }

    /// Where chunks that stand already are read from.
    interface Reader {
        /// Fills `into` from `offset`.
        void read(long offset, byte[] into) throws IOException;
    }

    /// Which chunks stand in their places: those that the ledger has, and behind it those that
    /// reached the medium before a cut though the ledger did not. They are believed by digest only.
    static BitSet standing(ChunkIndex index, Reader reader, int ledger, int flushBytes)
            throws IOException {
        var standing = new BitSet();
        int known = Math.min(ledger, index.chunks().size());
        standing.set(0, known);
        // as far as chunks stand, and one flush further: behind that nothing was written
        long end = (known == 0 ? 0 : end(index, known - 1)) + flushBytes;
        for (int i = known; i < index.chunks().size() && index.offset(i) < end; i++) {
            if (!stands(index, reader, i)) continue;
            standing.set(i);
            end = Math.max(end, end(index, i) + flushBytes);
        }
        return standing;
    }

    /// Writes what `plan` does not count as written.
    ///
    /// @param ledger chunks that are on the medium already
    void write(ReusePlan plan, Locations locations, int ledger) throws IOException {
        Iterator<FetchPlan.Range> ranges = plan.fetch().ranges().iterator();
        long unflushed = 0;
        int flushedTo = ledger;
        for (int i = ledger; i < index.chunks().size(); i++) {
            int downloaded = place(i, plan.sources().get(i), ranges, locations);
            progress.wrote(index.chunk(i).rawBytes(), downloaded);
            // what stood there already counts too: it may be in the page cache only
            unflushed += index.chunk(i).rawBytes();
            if (unflushed >= flushBytes) {
                flush(i + 1);
                flushedTo = i + 1;
                unflushed = 0;
            }
        }
        if (flushedTo < index.chunks().size()) flush(index.chunks().size());
    }

    private void put(int number, byte[] raw) {
        try {
            disk.write(index.offset(number), ByteBuffer.wrap(raw));
        } catch (IOException failed) {
            throw CannotInstall.storage("write", disk, failed);
        }
    }

    private void flush(int chunks) throws IOException {
        try {
            disk.flush();
        } catch (IOException failed) {
            throw CannotInstall.storage("flush", disk, failed);
        }
        progress.flushed(chunks);
    }

    /// Puts one chunk into its place and says how many bytes it took over the network.
    private int place(
            int number,
            ReusePlan.Source from,
            Iterator<FetchPlan.Range> ranges,
            Locations locations)
            throws IOException {
        if (from instanceof ReusePlan.Source.Written) return 0;
        Chunk chunk = index.chunk(number);
        Optional<byte[]> atHand =
                switch (from) {
                    case ReusePlan.Source.Written _ -> readBack(number);
                    case ReusePlan.Source.Local _ -> local.read(chunk);
                    case ReusePlan.Source.Copied(int earlier) -> readBack(earlier);
                    case ReusePlan.Source.Fetched _ -> Optional.empty();
                };
        if (atHand.isPresent()) {
            put(number, atHand.get());
            return 0;
        }
        byte[] raw =
                from instanceof ReusePlan.Source.Fetched
                        ? arrived(number, ranges)
                        : alone(number, locations);
        put(number, raw);
        return chunk.frameBytes();
    }

    private byte[] arrived(int number, Iterator<FetchPlan.Range> ranges) throws IOException {
        while (true) {
            if (reader != null) {
                Optional<RangeReader.Arrived> next = reader.next();
                if (next.isPresent() && next.get().chunk() == number) return next.get().raw();
                if (next.isPresent()) {
                    throw new IllegalStateException("the plan is out of order at chunk " + number);
                }
                close();
            }
            reader = RangeReader.open(source, ranges.next(), index, unfinished);
        }
    }

    /// A chunk that was planned from the device itself and turned out not to be there: by a request
    /// of its own.
    private byte[] alone(int number, Locations locations) throws IOException {
        var wanted = new BitSet();
        wanted.set(number);
        FetchPlan.Range range = FetchPlan.of(index, locations, wanted).ranges().getFirst();
        try (RangeReader one = RangeReader.open(source, range, index, unfinished)) {
            return one.next().orElseThrow().raw();
        }
    }

    private Optional<byte[]> readBack(int number) throws IOException {
        byte[] raw = read(index, disk, number);
        return isRight(index.chunk(number), raw) ? Optional.of(raw) : Optional.empty();
    }

    private static boolean stands(ChunkIndex index, Reader reader, int number) throws IOException {
        byte[] raw = new byte[index.chunk(number).rawBytes()];
        reader.read(index.offset(number), raw);
        return isRight(index.chunk(number), raw);
    }

    private static boolean isRight(Chunk chunk, byte[] raw) {
        return Digest.of(raw).equals(chunk.raw());
    }

    private static byte[] read(ChunkIndex index, Disk disk, int number) throws IOException {
        byte[] raw = new byte[index.chunk(number).rawBytes()];
        disk.read(index.offset(number), ByteBuffer.wrap(raw));
        return raw;
    }

    private static long end(ChunkIndex index, int number) {
        return index.offset(number) + index.chunk(number).rawBytes();
    }

    @Override
    public void close() throws IOException {
        RangeReader open = reader;
        reader = null;
        if (open != null) open.close();
    }
}
