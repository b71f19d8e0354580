// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.content.packing;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdException;
import java.util.Arrays;

/// Unpacks one zstd frame, straight into its place, so that the window that it asks for costs
/// nothing.
final class ZstdFrame {
    private static final String WHAT = "zstd frame";
    private static final int FIRST_GUESS_BYTES = 64 << 10;

    private ZstdFrame() {}

    static byte[] unpack(byte[] packed, int limit) {
        requireOneFrame(packed);
        long promised = Zstd.getFrameContentSize(packed);
        if (promised < -1) throw new PackingFault.Malformed(WHAT, "no header of one");
        if (promised > limit) throw new PackingFault.TooLarge(WHAT, limit);
        return promised >= 0 ? exactly(packed, (int) promised) : growing(packed, limit);
    }

    private static void requireOneFrame(byte[] packed) {
        // the library reads the first byte before it looks whether there is one
        if (packed.length == 0) throw new PackingFault.Malformed(WHAT, "no byte of one");
        long size;
        try {
            size = Zstd.findFrameCompressedSize(packed);
        } catch (ZstdException broken) {
            throw new PackingFault.Malformed(WHAT, String.valueOf(broken.getMessage()));
        }
        if (Zstd.isError(size)) throw new PackingFault.Malformed(WHAT, Zstd.getErrorName(size));
        if (size != packed.length) {
            throw new PackingFault.Malformed(
                    WHAT, "it ends after " + size + " of " + packed.length + " bytes");
        }
    }

    private static byte[] exactly(byte[] packed, int bytes) {
        var plain = new byte[bytes];
        long found = into(packed, plain);
        if (Zstd.isError(found)) throw new PackingFault.Malformed(WHAT, Zstd.getErrorName(found));
        if (found != bytes) {
            throw new PackingFault.Malformed(
                    WHAT, "it promises " + bytes + " bytes and holds " + found);
        }
        return plain;
    }

    /// A frame that does not say how much is in it: twice as much each time, up to the limit.
    private static byte[] growing(byte[] packed, int limit) {
        int room = Math.min(limit, Math.max(FIRST_GUESS_BYTES, packed.length));
        while (true) {
            var plain = new byte[room];
            long found = into(packed, plain);
            if (!Zstd.isError(found)) return Arrays.copyOf(plain, (int) found);
            if (Zstd.getErrorCode(found) != Zstd.errDstSizeTooSmall()) {
                throw new PackingFault.Malformed(WHAT, Zstd.getErrorName(found));
            }
            if (room == limit) throw new PackingFault.TooLarge(WHAT, limit);
            room = (int) Math.min(limit, 2L * room);
        }
    }

    private static long into(byte[] packed, byte[] plain) {
        try {
            return Zstd.decompressByteArray(plain, 0, plain.length, packed, 0, packed.length);
        } catch (ZstdException broken) {
            return -broken.getErrorCode();
        }
    }
}
