// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.content.packing;

import java.util.Optional;

/// A member of a gzip file (RFC 1952, 2.3): a header and a trailer, which stay as they are, around
/// a deflate stream, whose end only its decoder knows.
final class GzipFile {
    private static final int FIXED_BYTES = 10;
    private static final int TRAILER_BYTES = 8;
    private static final int DEFLATE = 8;

    private static final int HEADER_CHECK = 2;
    private static final int EXTRA = 4;
    private static final int NAME = 8;
    private static final int COMMENT = 16;
    private static final int RESERVED = 0xE0;

    private GzipFile() {}

    /// The deflate stream of the member that begins at `at`.
    static Optional<PackedSpan> at(LittleEndian file, int at) {
        if (!file.has(at, FIXED_BYTES + TRAILER_BYTES)) return Optional.empty();
        int flags = file.u8(at + 3);
        boolean isGzip =
                file.u16(at) == 0x8B1F && file.u8(at + 2) == DEFLATE && (flags & RESERVED) == 0;
        if (!isGzip) return Optional.empty();
        long from = (long) at + FIXED_BYTES;
        if ((flags & EXTRA) != 0) from += 2 + Math.max(0, file.u16(from));
        if ((flags & NAME) != 0) from = afterText(file, from);
        if ((flags & COMMENT) != 0) from = afterText(file, from);
        if ((flags & HEADER_CHECK) != 0) from += 2;
        if (!file.has(from, TRAILER_BYTES)) return Optional.empty();
        return Optional.of(PackedSpan.openEnded(PackedKind.DEFLATE, (int) from));
    }

    /// The next member, after a deflate stream that ends at `end`.
    static Optional<PackedSpan> after(LittleEndian file, int end) {
        return file.has(end, TRAILER_BYTES) ? at(file, end + TRAILER_BYTES) : Optional.empty();
    }

    private static long afterText(LittleEndian file, long from) {
        long at = from;
        while (file.u8(at) > 0) at++;
        return at + 1;
    }
}
