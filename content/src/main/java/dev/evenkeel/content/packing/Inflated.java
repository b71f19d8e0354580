// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.content.packing;

import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/// What comes out of deflate. Any inflater gives the same, so it is the JDK's.
///
/// @param packedBytes where the stream ends, which only its decoder can tell
record Inflated(byte[] plain, int packedBytes) {
    private static final int FIRST_GUESS_BYTES = 16 << 10;

    /// No deflate stream packs better than this, so more room is never needed.
    private static final int MAX_RATIO = 1032;

    static byte[] all(byte[] packed, boolean wrapped, int limit) {
        String what = wrapped ? "zlib stream" : "deflate stream";
        Inflated inflated = at(packed, 0, wrapped, limit);
        if (inflated.packedBytes != packed.length) {
            throw new PackingFault.Malformed(
                    what,
                    "it ends after " + inflated.packedBytes + " of " + packed.length + " bytes");
        }
        return inflated.plain;
    }

    /// The deflate stream that begins at `at`, wherever it ends.
    static Inflated at(byte[] bytes, int at, int limit) {
        return at(bytes, at, false, limit);
    }

    private static Inflated at(byte[] bytes, int at, boolean wrapped, int limit) {
        String what = wrapped ? "zlib stream" : "deflate stream";
        long most = Math.min(limit, (long) (bytes.length - at) * MAX_RATIO);
        var plain = new byte[(int) Math.min(most, FIRST_GUESS_BYTES)];
        int size = 0;
        try (var inflater = new Inflater(!wrapped)) {
            inflater.setInput(bytes, at, bytes.length - at);
            while (true) {
                size += inflater.inflate(plain, size, plain.length - size);
                if (inflater.finished()) {
                    return new Inflated(Arrays.copyOf(plain, size), (int) inflater.getBytesRead());
                }
                if (inflater.needsDictionary()) {
                    throw new PackingFault.Malformed(what, "it wants a dictionary");
                }
                if (size < plain.length) throw new PackingFault.Malformed(what, "it is cut short");
                if (size < most) plain = Arrays.copyOf(plain, (int) Math.min(most, 2L * size));
                else requireEnd(inflater, what, limit);
            }
        } catch (DataFormatException broken) {
            throw new PackingFault.Malformed(what, String.valueOf(broken.getMessage()));
        }
    }

    /// All room is used, so nothing but the end may follow.
    private static void requireEnd(Inflater inflater, String what, int limit)
            throws DataFormatException {
        if (inflater.inflate(new byte[1]) > 0) throw new PackingFault.TooLarge(what, limit);
        if (!inflater.finished()) throw new PackingFault.Malformed(what, "it is cut short");
    }
}
