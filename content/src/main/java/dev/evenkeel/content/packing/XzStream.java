// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.content.packing;

import dev.evenkeel.linux.Liblzma;
import java.util.Optional;

/// What an xz stream tells of itself (the `.xz` file format, 1.2), and what is in it.
final class XzStream {
    static final int MAGIC = 0x587A37FD;

    private static final String WHAT = "xz stream";
    private static final int HEADER_BYTES = 12;
    private static final int FOOTER_BYTES = 12;
    private static final int FOOTER_MAGIC = 0x5A59;
    private static final int FILTER_LZMA2 = 0x21;
    private static final int FILTER_X86 = 0x04;

    /// A decoder has its dictionary and little else.
    private static final long DECODER_BYTES = 4 << 20;

    private final LittleEndian packed;

    /// Where a field is read.
    private long at;

    private XzStream(byte[] packed) {
        this.packed = new LittleEndian(packed);
    }

    static byte[] unpack(byte[] packed, int limit) {
        Liblzma library =
                Encoders.liblzma()
                        .orElseThrow(
                                () -> new PackingFault.Unavailable("xz", "liblzma is not here"));
        long bytes = new XzStream(packed).plainBytes(limit);
        var plain = new byte[(int) bytes];
        return switch (library.decode(packed, plain, limit + DECODER_BYTES)) {
            case Liblzma.Decoded.Refused(String why) -> throw new PackingFault.Malformed(WHAT, why);
            case Liblzma.Decoded.Whole(int found) -> {
                if (found != bytes) {
                    throw new PackingFault.Malformed(
                            WHAT, "it promises " + bytes + " bytes and holds " + found);
                }
                yield plain;
            }
        };
    }

    /// The sum of its index (4.3), which the decoder checks in the end.
    private long plainBytes(int limit) {
        int length = packed.bytes().length;
        long footer = (long) length - FOOTER_BYTES;
        if (footer < HEADER_BYTES || packed.u16(footer + 10) != FOOTER_MAGIC) {
            throw new PackingFault.Malformed(WHAT, "no footer of one");
        }
        at = footer - 4 * (packed.u32(footer + 4) + 1);
        if (at < HEADER_BYTES || packed.u8(at++) != 0) {
            throw new PackingFault.Malformed(WHAT, "no index of one");
        }
        long blocks = number();
        long bytes = 0;
        for (long block = 0; block < blocks; block++) {
            number();
            bytes += number();
            if (bytes > limit) throw new PackingFault.TooLarge(WHAT, limit);
        }
        return bytes;
    }

    /// A number of variable length (1.2); none that counts here is above 2^42.
    private long number() {
        long number = 0;
        for (int shift = 0; shift <= 35; shift += 7) {
            int next = packed.u8(at++);
            if (next < 0) throw new PackingFault.Malformed(WHAT, "an index that is cut short");
            number |= (long) (next & 0x7F) << shift;
            if (next < 0x80) return number;
        }
        throw new PackingFault.Malformed(WHAT, "a number that is too large");
    }

    /// What the headers of stream and first block say of the encoder.
    record Facts(XzPacking.Check check, boolean x86, int dictionaryBytes, boolean hasSizes) {}

    /// Empty where it cannot have been made by any [XzPacking].
    static Optional<Facts> facts(byte[] packed) {
        try {
            return new XzStream(packed).facts();
        } catch (PackingFault _) {
            return Optional.empty();
        }
    }

    /// 2.1.1.2 for the check, 3.1 for the header of the block.
    private Optional<Facts> facts() {
        Optional<XzPacking.Check> check = XzPacking.Check.numbered(packed.u8(7));
        at = HEADER_BYTES + 1;
        int flags = packed.u8(at++);
        if (check.isEmpty() || flags < 0) return Optional.empty();
        int filters = (flags & 3) + 1;
        boolean hasPackedSize = (flags & 0x40) != 0;
        boolean hasPlainSize = (flags & 0x80) != 0;
        if (hasPackedSize != hasPlainSize || filters > 2) return Optional.empty();
        if (hasPackedSize) number();
        if (hasPlainSize) number();
        if (filters == 2 && (number() != FILTER_X86 || number() != 0)) return Optional.empty();
        if (number() != FILTER_LZMA2 || number() != 1) return Optional.empty();
        long dictionary = dictionaryBytes(packed.u8(at));
        if (!XzPacking.isPossible(dictionary)) return Optional.empty();
        return Optional.of(new Facts(check.get(), filters == 2, (int) dictionary, hasPackedSize));
    }

    /// 5.3.1: two or three times a power of two.
    private static long dictionaryBytes(int code) {
        return code < 0 || code > 39 ? -1 : (2L | (code & 1)) << (code / 2 + 11);
    }
}
