// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.content;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/// Takes the wanted chunks out of the bytes of one range, as they arrive, each checked.
public final class RangeReader implements Closeable {
    private final InputStream in;
    private final FetchPlan.Range range;
    private final ChunkIndex index;
    private final Unfinished unfinished;
    private long at;
    private int done;

    /// A chunk that arrived and was checked.
    public record Arrived(int chunk, byte[] raw) {}

    /// @param in the bytes of `range`, without those of its first frame that are `unfinished`
    RangeReader(InputStream in, FetchPlan.Range range, ChunkIndex index, Unfinished unfinished) {
        this.in = in;
        this.range = range;
        this.index = index;
        this.unfinished = unfinished;
        this.at = range.offset() + held(range, index, unfinished);
    }

    /// Asks `source` for the bytes of `range`, as far as they did not come before.
    ///
    /// @param unfinished what an earlier connection left, and where this one leaves what it can
    public static RangeReader open(
            ContentSource source, FetchPlan.Range range, ChunkIndex index, Unfinished unfinished)
            throws IOException {
        int held = held(range, index, unfinished);
        InputStream in = source.open(range.path(), range.offset() + held, range.length() - held);
        return new RangeReader(in, range, index, unfinished);
    }

    private static int held(FetchPlan.Range range, ChunkIndex index, Unfinished unfinished) {
        return unfinished.held(index.chunk(range.chunks().getFirst().chunk()).frame());
    }

    /// The next wanted chunk; empty after the last. Throws [EOFException] where the stream ends
    /// early (what came before is good, plan again without it) and [ContentFault] where a chunk is
    /// not what the index says.
    public Optional<Arrived> next() throws IOException {
        if (done == range.chunks().size()) return Optional.empty();
        FetchPlan.Wanted wanted = range.chunks().get(done);
        Chunk chunk = index.chunk(wanted.chunk());
        in.skipNBytes(wanted.offset() + unfinished.held(chunk.frame()) - at);
        at = wanted.offset() + unfinished.held(chunk.frame());
        byte[] frame = frame(chunk, wanted.offset());
        at = wanted.offset() + frame.length;
        done++;
        return Optional.of(new Arrived(wanted.chunk(), Frame.unpack(frame, chunk)));
    }

    private byte[] frame(Chunk chunk, long offset) throws IOException {
        try {
            return unfinished.complete(chunk.frame(), chunk.frameBytes(), in);
        } catch (EOFException early) {
            throw new EOFException(
                    range.path()
                            + ": ended "
                            + (offset + unfinished.held(chunk.frame()))
                            + " bytes in, expected "
                            + range.end());
        }
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
