// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.content;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Optional;

/// Cuts bytes into chunks at borders that the content itself decides, so that an insertion moves
/// borders only near itself and every chunk after it is found again.
///
/// The rule: a gear hash `h = (h << 1) + GEAR[byte]` runs from [Sizes#min] after the last border.
/// Up to [Sizes#average] there is a border after the byte where the highest bits of `h`, two more
/// than the average has, are zero, from there on where two fewer are (FastCDC's normalised
/// chunking), and at [Sizes#max] in any case. The 256 words of GEAR are the first outputs of
/// SplitMix64 from the seed `0x4556454e4b45454c`, the letters EVENKEEL.
///
/// Borders are the publisher's matter: a device takes them from the index and never computes any.
/// But a publisher that cuts by another rule finds no old chunk again, so a change costs every
/// device one large step.
public final class Chunker {
    /// Of an image that is no filesystem.
    static final Sizes WHOLE = new Sizes(16 << 10, 64 << 10, 256 << 10);

    private static final int MARGIN_BITS = 2;
    private static final long SEED = 0x4556454e4b45454cL;
    private static final long[] GEAR = gear();

    private final InputStream image;
    private final Sizes sizes;
    private final byte[] buffer;
    private int start;
    private int end;

    /// How long chunks are.
    ///
    /// @param average a power of two
    record Sizes(int min, int average, int max) {
        Sizes {
            if (Integer.bitCount(average) != 1 || min > average || average > max) {
                throw new IllegalArgumentException(min + ", " + average + ", " + max);
            }
        }

        private int strictShift() {
            return Long.SIZE - Integer.numberOfTrailingZeros(average) - MARGIN_BITS;
        }

        private int looseShift() {
            return Long.SIZE - Integer.numberOfTrailingZeros(average) + MARGIN_BITS;
        }
    }

    /// Reads from `image` as chunks are asked for, at most two of the longest ahead.
    Chunker(InputStream image, Sizes sizes) {
        this.image = image;
        this.sizes = sizes;
        this.buffer = new byte[2 * sizes.max()];
    }

    /// The next chunk's bytes; empty after the last.
    public Optional<byte[]> next() throws IOException {
        if (end - start < sizes.max()) fill();
        if (start == end) return Optional.empty();
        int border = border(buffer, start, end, sizes);
        byte[] chunk = Arrays.copyOfRange(buffer, start, border);
        start = border;
        return Optional.of(chunk);
    }

    private void fill() throws IOException {
        System.arraycopy(buffer, start, buffer, 0, end - start);
        end -= start;
        start = 0;
        end += image.readNBytes(buffer, end, buffer.length - end);
    }

    /// Where the chunk that starts at `from` ends, at the latest at `to`.
    static int border(byte[] bytes, int from, int to, Sizes sizes) {
        int last = Math.min(to, from + sizes.max());
        int average = Math.min(last, from + sizes.average());
        int strictShift = sizes.strictShift();
        int looseShift = sizes.looseShift();
        int at = from + sizes.min();
        long hash = 0;
        for (; at < average; at++) {
            hash = (hash << 1) + GEAR[bytes[at] & 0xff];
            if (hash >>> strictShift == 0) return at + 1;
        }
        for (; at < last; at++) {
            hash = (hash << 1) + GEAR[bytes[at] & 0xff];
            if (hash >>> looseShift == 0) return at + 1;
        }
        return last;
    }

    private static long[] gear() {
        var words = new long[256];
        long state = SEED;
        for (int i = 0; i < words.length; i++) {
            state += 0x9e3779b97f4a7c15L;
            long z = (state ^ (state >>> 30)) * 0xbf58476d1ce4e5b9L;
            z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
            words[i] = z ^ (z >>> 31);
        }
        return words;
    }
}
