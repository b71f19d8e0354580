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
import dev.evenkeel.content.delta.DeltaHead;
import dev.evenkeel.core.Digest;
import dev.evenkeel.core.Disk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Deque;
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
        /// So many bytes came over the network.
        void fetched(int bytes) throws IOException;

        /// A frame of a delta is about to be applied; if this is the last that is heard of the
        /// agent, the frame was too much for it.
        void applies() throws IOException;

        /// One more chunk is in its place.
        void wrote(int rawBytes) throws IOException;

        /// All chunks before `chunks` are on the medium.
        void flushed(int chunks) throws IOException;
    }

    private static final int SECTOR_BYTES = 4096;

    private final ChunkIndex index;
    private final Disk disk;
    private final LocalChunks local;
    private final ContentSource source;
    private final Unfinished unfinished;
    private final Progress progress;
    private final int flushBytes;
    private @Nullable RangeReader reader;
    private boolean mayHaveKept = true;
    private long unflushedBytes;
    private int flushedTo;

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
    /// @param locations where the chunks lie, asked for only when one has to be fetched
    /// @param delta makes the chunks that the plan has from a delta
    /// @param ledger chunks that are on the medium already
    void write(ReusePlan plan, Locating locations, Optional<DeltaFrames> delta, int ledger)
            throws IOException {
        BitSet toFetch = plan.toFetch();
        var ahead = new ArrayDeque<FetchPlan.Range>();
        if (!toFetch.isEmpty()) {
            ahead.addAll(FetchPlan.of(index, locations.get(), toFetch).ranges());
        }
        flushedTo = ledger;
        int next = ledger;
        while (next < index.chunks().size()) {
            ReusePlan.Source from = plan.sources().get(next);
            if (from instanceof ReusePlan.Source.Patched) {
                next = patch(next, plan, delta.orElseThrow());
            } else {
                place(next, from, ahead, locations);
                done(next);
                next++;
            }
        }
        if (flushedTo < next) flush(next);
    }

    /// Where the chunks of the index lie, as far as anybody knows.
    interface Locating {
        Locations get() throws IOException;
    }

    /// Puts everything that one frame makes into its place, and flushes: a frame that did its work
    /// is not fetched again.
    private int patch(int number, ReusePlan plan, DeltaFrames delta) throws IOException {
        byte[] frame = frame(number, delta);
        progress.applies();
        int next =
                delta.make(
                        number,
                        frame,
                        (made, raw) -> {
                            boolean isThere =
                                    plan.sources().get(made) instanceof ReusePlan.Source.Written;
                            if (!isThere) put(made, raw);
                            done(made);
                        });
        flush(next);
        return next;
    }

    /// The frame that comes next: what was kept of it before a restart, or fetched. It is kept at
    /// the end of the partition, where there is room behind the image: when the power goes while it
    /// is applied, it is not fetched again.
    private byte[] frame(int number, DeltaFrames delta) throws IOException {
        DeltaHead.FrameEntry wanted = delta.next(number);
        long at = keepingPlace(wanted.packedBytes());
        boolean hasRoom = at >= index.imageBytes();
        if (hasRoom && mayHaveKept) {
            byte[] kept = new byte[wanted.packedBytes()];
            disk.read(at, ByteBuffer.wrap(kept));
            if (Digest.of(kept).equals(wanted.digest())) return kept;
        }
        mayHaveKept = false;
        byte[] frame = delta.fetch(number, progress);
        if (hasRoom) keep(at, frame);
        return frame;
    }

    private long keepingPlace(int frameBytes) {
        return (disk.sizeBytes() - frameBytes) / SECTOR_BYTES * SECTOR_BYTES;
    }

    private void keep(long at, byte[] frame) {
        try {
            disk.write(at, ByteBuffer.wrap(frame));
            disk.flush();
        } catch (IOException failed) {
            throw CannotInstall.storage("keep a frame of a delta in", disk, failed);
        }
    }

    private void done(int number) throws IOException {
        progress.wrote(index.chunk(number).rawBytes());
        // what stood there already counts too: it may be in the page cache only
        unflushedBytes += index.chunk(number).rawBytes();
        if (unflushedBytes >= flushBytes) flush(number + 1);
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
        flushedTo = chunks;
        unflushedBytes = 0;
    }

    private void place(
            int number, ReusePlan.Source from, Deque<FetchPlan.Range> ahead, Locating locations)
            throws IOException {
        if (from instanceof ReusePlan.Source.Written) return;
        Chunk chunk = index.chunk(number);
        Optional<byte[]> atHand =
                switch (from) {
                    case ReusePlan.Source.Written _ -> readBack(number);
                    case ReusePlan.Source.Local _ -> local.read(chunk);
                    case ReusePlan.Source.Copied(int earlier) -> readBack(earlier);
                    case ReusePlan.Source.Patched _, ReusePlan.Source.Fetched _ -> Optional.empty();
                };
        if (atHand.isPresent()) {
            put(number, atHand.get());
            return;
        }
        byte[] raw =
                from instanceof ReusePlan.Source.Fetched
                        ? arrived(number, ahead)
                        : alone(number, locations);
        // first into its place: an update that is halted here does not fetch it again
        put(number, raw);
        progress.fetched(chunk.frameBytes());
    }

    private byte[] arrived(int number, Deque<FetchPlan.Range> ahead) throws IOException {
        while (true) {
            if (reader != null) {
                Optional<RangeReader.Arrived> next = reader.next();
                if (next.isPresent() && next.get().chunk() == number) return next.get().raw();
                if (next.isPresent()) {
                    throw new IllegalStateException("the plan is out of order at chunk " + number);
                }
                close();
            }
            reader = RangeReader.open(source, ahead, index, unfinished);
        }
    }

    /// A chunk that was planned from the device itself and turned out not to be there: by a request
    /// of its own.
    private byte[] alone(int number, Locating locations) throws IOException {
        var wanted = new BitSet();
        wanted.set(number);
        FetchPlan.Range range = FetchPlan.of(index, locations.get(), wanted).ranges().getFirst();
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
