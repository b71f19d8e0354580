// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.content;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/// Takes the wanted chunks out of the bytes of one range, as they arrive, each checked. The stream
/// stays its opener's to close.
public final class RangeReader {
    private final InputStream in;
    private final FetchPlan.Range range;
    private final ChunkIndex index;
    private long at;
    private int done;

    /// A chunk that arrived and was checked.
    public record Arrived(int chunk, byte[] raw) {}

    /// @param in the bytes of `range`, from its start
    public RangeReader(InputStream in, FetchPlan.Range range, ChunkIndex index) {
        this.in = in;
        this.range = range;
        this.index = index;
        this.at = range.offset();
    }

    /// The next wanted chunk; empty after the last. Throws [EOFException] where the stream ends
    /// early (what came before is good, plan again without it) and [ContentFault] where a chunk is
    /// not what the index says.
    public Optional<Arrived> next() throws IOException {
        if (done == range.chunks().size()) return Optional.empty();
        FetchPlan.Wanted wanted = range.chunks().get(done);
        in.skipNBytes(wanted.offset() - at);
        Chunk chunk = index.chunk(wanted.chunk());
        byte[] frame = in.readNBytes(chunk.frameBytes());
        if (frame.length < chunk.frameBytes()) {
            throw new EOFException(
                    range.path()
                            + ": ended "
                            + (wanted.offset() + frame.length)
                            + " bytes in, expected "
                            + range.end());
        }
        at = wanted.offset() + frame.length;
        done++;
        return Optional.of(new Arrived(wanted.chunk(), Frame.unpack(frame, chunk)));
    }
}
