// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.content;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Optional;

/// Cuts an image into chunks at borders that the content itself decides, so that an insertion moves
/// borders only near itself and every chunk after it is found again.
///
/// The rule (part of the format for good: another rule would find no old chunk again): a gear hash
/// `h = (h << 1) + GEAR[byte]` runs from [#MIN_BYTES] after the last border. Up to [#AVERAGE_BYTES]
/// there is a border after the byte where the highest 18 bits of `h` are zero, from there on where
/// the highest 14 bits are (FastCDC's normalised chunking), and at [#MAX_BYTES] in any case. The
/// 256 words of GEAR are the first outputs of SplitMix64 from the seed `0x4556454e4b45454c`, the
/// letters EVENKEEL.
public final class Chunker {
    public static final int MIN_BYTES = 16 << 10;
    public static final int AVERAGE_BYTES = 64 << 10;
    public static final int MAX_BYTES = 256 << 10;

    private static final int STRICT_SHIFT = 64 - 18;
    private static final int LOOSE_SHIFT = 64 - 14;
    private static final long SEED = 0x4556454e4b45454cL;
    private static final long[] GEAR = gear();

    private final InputStream image;
    private final byte[] buffer = new byte[2 * MAX_BYTES];
    private int start;
    private int end;

    /// Reads from `image` as chunks are asked for, at most half a mebibyte ahead.
    public Chunker(InputStream image) {
        this.image = image;
    }

    /// The next chunk's bytes; empty after the last.
    public Optional<byte[]> next() throws IOException {
        if (end - start < MAX_BYTES) fill();
        if (start == end) return Optional.empty();
        int border = border(buffer, start, end);
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
    static int border(byte[] bytes, int from, int to) {
        int last = Math.min(to, from + MAX_BYTES);
        int average = Math.min(last, from + AVERAGE_BYTES);
        int at = from + MIN_BYTES;
        long hash = 0;
        for (; at < average; at++) {
            hash = (hash << 1) + GEAR[bytes[at] & 0xff];
            if (hash >>> STRICT_SHIFT == 0) return at + 1;
        }
        for (; at < last; at++) {
            hash = (hash << 1) + GEAR[bytes[at] & 0xff];
            if (hash >>> LOOSE_SHIFT == 0) return at + 1;
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
