// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.content;

import dev.evenkeel.core.Digest;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Which ranges of which packs bring the wanted chunks of one image. Ranges, and the chunks in
/// each, are in the image's order, because a slot is written from its start to its end; a range
/// therefore never goes back in its pack.
///
/// @param ranges in the order in which to fetch them
/// @param copies wanted chunks that are the same as an earlier wanted chunk of the image: they are
///   read back from there
/// @param bytes sum of the ranges, gaps included: what will cross the network
public record FetchPlan(List<Range> ranges, List<Copy> copies, long bytes) {
    /// Bytes between two wanted frames that cost less than another request.
    public static final int MAX_GAP_BYTES = 16 << 10;

    /// The most that one range has, one frame at least, and the most that one request asks a
    /// carrier for whose pace is not known. A server has sent, and buffers on the way hold, more
    /// than a slow device has taken; when its power goes, all of that was sent in vain. So a cut
    /// costs at most this, or what a fast link brings in no time.
    public static final int MAX_RANGE_BYTES = 512 << 10;

    /// The most spans in one request: what common servers take by default, in number and as a
    /// header.
    public static final int MAX_SPANS = 200;

    /// A part of a request: `length` bytes from `offset` of a pack, and the chunks to take out of
    /// them.
    public record Range(Digest pack, long offset, long length, List<Wanted> chunks) {
        public Range {
            chunks = List.copyOf(chunks);
        }

        public String path() {
            return ContentPath.pack(pack);
        }

        long end() {
            return offset + length;
        }
    }

    /// A chunk to take out of a range.
    ///
    /// @param chunk its number in the index
    /// @param offset of its frame in the pack
    public record Wanted(int chunk, long offset) {}

    /// A chunk that is the same as an earlier one.
    ///
    /// @param chunk number of a chunk
    /// @param from number of an earlier chunk with the same bytes
    public record Copy(int chunk, int from) {}

    public FetchPlan {
        ranges = List.copyOf(ranges);
        copies = List.copyOf(copies);
    }

    /// The plan for the chunks whose numbers are set in `wanted`.
    public static FetchPlan of(ChunkIndex index, Locations locations, BitSet wanted) {
        locations.requireFits(index);
        var ranges = new ArrayList<Range>();
        var copies = new ArrayList<Copy>();
        Map<Digest, Integer> first = new HashMap<>();
        var open = new OpenRange();
        for (int i = wanted.nextSetBit(0); i >= 0; i = wanted.nextSetBit(i + 1)) {
            Chunk chunk = index.chunk(i);
            Integer from = first.putIfAbsent(chunk.raw(), i);
            if (from != null) {
                copies.add(new Copy(i, from));
                continue;
            }
            Digest pack = locations.pack(i);
            long offset = locations.offset(i);
            if (!open.reaches(pack, offset, chunk.frameBytes())) {
                open.closeInto(ranges);
                open = new OpenRange();
            }
            open.add(pack, new Wanted(i, offset), chunk.frameBytes());
        }
        open.closeInto(ranges);
        return new FetchPlan(ranges, copies, ranges.stream().mapToLong(Range::length).sum());
    }

    /// Takes from `ahead` what the next request asks for: ranges of one pack that ascend in it, of
    /// together at most `maxBytes`, one at least. Ranges that go back and forth are what servers
    /// may refuse as an attack (RFC 9110, 14.2).
    static List<Range> nextRequest(Deque<Range> ahead, int maxBytes) {
        var request = new ArrayList<Range>(List.of(ahead.remove()));
        long bytes = request.getFirst().length();
        while (!ahead.isEmpty() && request.size() < MAX_SPANS) {
            Range next = ahead.peek();
            Range last = request.getLast();
            boolean follows = next.pack().equals(last.pack()) && next.offset() >= last.end();
            if (!follows || bytes + next.length() > maxBytes) break;
            request.add(ahead.remove());
            bytes += next.length();
        }
        return request;
    }

    private static final class OpenRange {
        private final List<Wanted> chunks = new ArrayList<>();
        private Digest pack = Digest.of(new byte[0]);
        private long end;

        boolean reaches(Digest nextPack, long offset, int frameBytes) {
            if (chunks.isEmpty()) return true;
            boolean isNear =
                    pack.equals(nextPack) && offset >= end && offset - end <= MAX_GAP_BYTES;
            return isNear && offset + frameBytes - chunks.getFirst().offset() <= MAX_RANGE_BYTES;
        }

        void add(Digest itsPack, Wanted wanted, int frameBytes) {
            pack = itsPack;
            chunks.add(wanted);
            end = wanted.offset() + frameBytes;
        }

        void closeInto(List<Range> ranges) {
            if (chunks.isEmpty()) return;
            long offset = chunks.getFirst().offset();
            ranges.add(new Range(pack, offset, end - offset, chunks));
        }
    }
}
