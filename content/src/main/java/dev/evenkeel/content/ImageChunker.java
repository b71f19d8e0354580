// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.content;

import dev.evenkeel.content.Chunker.Sizes;
import dev.evenkeel.content.ImageRegions.Part;
import dev.evenkeel.content.ImageRegions.Region;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/// Cuts an image into chunks whose borders follow what lies in it, so that a file that moved, or
/// whose neighbour grew, is found again whole.
///
/// A long file starts a chunk and is cut by its own content. Short ones are gathered: those of one
/// package, which change together, up to [#MOST_TOGETHER], because a longer chunk compresses
/// better; others up to [#MOST_MIXED], because a change of one brings all of them anew. Where a
/// group ends is decided by the names of its files, so that a new file moves borders only near
/// itself. A packed block changes whole or not at all, so it is never cut.
final class ImageChunker {
    static final int MOST_TOGETHER = 1 << 20;
    static final int MOST_MIXED = 32 << 10;

    /// Longer ones are not gathered, by whether they have neighbours.
    private static final int LONG_TOGETHER = 512 << 10;

    private static final int LONG_MIXED = 8 << 10;
    private static final int LEAST_MIXED = 8 << 10;
    private static final int LEAST_TOGETHER = 256 << 10;

    /// One file of so many ends its group.
    private static final int LOTS_MIXED = 2;

    private static final int LOTS_TOGETHER = 4;

    private static final Sizes INSIDE = new Sizes(8 << 10, 32 << 10, 256 << 10);

    private final RandomBytes image;
    private final Iterator<Region> regions;
    private final ArrayDeque<byte[]> ready = new ArrayDeque<>();
    private Optional<Chunker> inside = Optional.empty();
    private final byte[] gathered = new byte[MOST_TOGETHER];
    private int count;
    private String neighbours = "";
    private boolean isBetween;

    ImageChunker(RandomBytes image, List<Region> regions) {
        this.image = image;
        this.regions = regions.iterator();
        if (regions.isEmpty()) {
            inside = Optional.of(new Chunker(stream(0, image.sizeBytes()), Chunker.WHOLE));
        }
    }

    /// The next chunk's bytes; empty after the last.
    Optional<byte[]> next() throws IOException {
        while (true) {
            if (!ready.isEmpty()) return Optional.of(ready.remove());
            if (inside.isPresent()) {
                Optional<byte[]> piece = inside.get().next();
                if (piece.isPresent()) return piece;
                inside = Optional.empty();
            }
            if (regions.hasNext()) {
                take(regions.next());
            } else if (count > 0) {
                flush();
            } else {
                return Optional.empty();
            }
        }
    }

    private void take(Region region) throws IOException {
        boolean isOther = (region.part() == Part.BETWEEN) != isBetween;
        if (isOther || !region.neighbours().equals(neighbours)) flush();
        isBetween = region.part() == Part.BETWEEN;
        neighbours = region.neighbours();
        boolean isTogether = !neighbours.isEmpty();
        if (region.length() >= (isTogether ? LONG_TOGETHER : LONG_MIXED)) {
            flush();
            if (region.part() == Part.PACKED && region.length() <= gathered.length) {
                gather(region);
                flush();
            } else {
                inside = Optional.of(new Chunker(stream(region.at(), region.length()), INSIDE));
            }
            return;
        }
        if (count + region.length() > (isTogether ? MOST_TOGETHER : MOST_MIXED)) flush();
        gather(region);
        boolean isLast =
                isTogether
                        ? count >= LEAST_TOGETHER && region.lot() % LOTS_TOGETHER == 0
                        : count >= LEAST_MIXED && region.lot() % LOTS_MIXED == 0;
        if (isLast) flush();
    }

    private void gather(Region region) throws IOException {
        image.read(region.at(), gathered, count, (int) region.length());
        count += (int) region.length();
    }

    private void flush() {
        if (count > 0) ready.add(Arrays.copyOf(gathered, count));
        count = 0;
    }

    private InputStream stream(long from, long length) {
        return new BlockStream() {
            private long at = from;
            private final long end = from + length;

            @Override
            public int read(byte[] into, int offset, int wanted) throws IOException {
                if (at == end) return -1;
                int some = (int) Math.min(wanted, end - at);
                image.read(at, into, offset, some);
                at += some;
                return some;
            }
        };
    }
}
