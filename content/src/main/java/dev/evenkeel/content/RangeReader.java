// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.content;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/// Takes the wanted chunks out of the bytes of one request, as they arrive, each checked.
public final class RangeReader implements Closeable {
    private final ContentSource source;
    private final InputStream in;
    private final Deque<FetchPlan.Range> ranges;
    private final ChunkIndex index;
    private final Unfinished unfinished;
    private long at;
    private int done;

    /// A chunk that arrived and was checked.
    public record Arrived(int chunk, byte[] raw) {}

    /// @param ranges what was asked for, of one pack
    /// @param in their bytes, without those of the first frame that are `unfinished`
    private RangeReader(
            ContentSource source,
            InputStream in,
            List<FetchPlan.Range> ranges,
            ChunkIndex index,
            Unfinished unfinished) {
        this.source = source;
        this.in = in;
        this.ranges = new ArrayDeque<>(ranges);
        this.index = index;
        this.unfinished = unfinished;
        this.at = ranges.getFirst().offset() + held(ranges.getFirst(), index, unfinished);
    }

    /// Asks `source` for the bytes of the next ranges, as many as one request takes and as far as
    /// they did not come before.
    ///
    /// @param ahead ranges still to be fetched; those that are asked for are taken from it
    /// @param unfinished what an earlier connection left, and where this one leaves what it can
    public static RangeReader open(
            ContentSource source,
            Deque<FetchPlan.Range> ahead,
            ChunkIndex index,
            Unfinished unfinished)
            throws IOException {
        List<FetchPlan.Range> ranges = FetchPlan.nextRequest(ahead, source.requestBytes());
        List<ContentSource.Span> spans = spans(ranges, held(ranges.getFirst(), index, unfinished));
        InputStream in = source.open(ranges.getFirst().path(), spans);
        return new RangeReader(source, in, ranges, index, unfinished);
    }

    /// Asks for the bytes of one range.
    public static RangeReader open(
            ContentSource source, FetchPlan.Range range, ChunkIndex index, Unfinished unfinished)
            throws IOException {
        return open(source, new ArrayDeque<>(List.of(range)), index, unfinished);
    }

    /// Ranges that touch are one span.
    private static List<ContentSource.Span> spans(List<FetchPlan.Range> ranges, int held) {
        var spans = new ArrayList<ContentSource.Span>();
        long from = ranges.getFirst().offset() + held;
        long end = from;
        for (FetchPlan.Range range : ranges) {
            if (range.offset() > end) {
                spans.add(new ContentSource.Span(from, end - from));
                from = range.offset();
            }
            end = range.end();
        }
        spans.add(new ContentSource.Span(from, end - from));
        return spans;
    }

    private static int held(FetchPlan.Range range, ChunkIndex index, Unfinished unfinished) {
        return unfinished.held(index.chunk(range.chunks().getFirst().chunk()).frame());
    }

    /// The next wanted chunk; empty after the last. Throws [EOFException] where the stream ends
    /// early (what came before is good, plan again without it) and [ContentFault] where a chunk is
    /// not what the index says.
    public Optional<Arrived> next() throws IOException {
        if (done == ranges.getFirst().chunks().size()) {
            if (ranges.size() == 1) return Optional.empty();
            ranges.remove();
            at = ranges.getFirst().offset();
            done = 0;
        }
        FetchPlan.Wanted wanted = ranges.getFirst().chunks().get(done);
        Chunk chunk = index.chunk(wanted.chunk());
        in.skipNBytes(wanted.offset() + unfinished.held(chunk.frame()) - at);
        at = wanted.offset() + unfinished.held(chunk.frame());
        byte[] frame = frame(chunk, wanted.offset());
        at = wanted.offset() + frame.length;
        done++;
        try {
            return Optional.of(new Arrived(wanted.chunk(), Frame.unpack(frame, chunk)));
        } catch (ContentFault.WrongFrame wrong) {
            source.wasWrong(ranges.getFirst().path(), String.valueOf(wrong.getMessage()));
            throw wrong;
        }
    }

    private byte[] frame(Chunk chunk, long offset) throws IOException {
        try {
            return unfinished.complete(chunk.frame(), chunk.frameBytes(), in);
        } catch (EOFException early) {
            throw new EOFException(
                    ranges.getFirst().path()
                            + ": ended at byte "
                            + (offset + unfinished.held(chunk.frame()))
                            + ", expected "
                            + ranges.getFirst().end());
        }
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
