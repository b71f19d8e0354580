// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.content.packing;

import dev.evenkeel.core.MalformedInput;
import java.util.Arrays;

/// In which format bytes are packed. It is enough to unpack them; to pack them again it takes a
/// [Packing].
public enum PackedKind {
    /// One zstd frame (RFC 8878): a block of squashfs, or a `.zst` file.
    ZSTD {
        @Override
        byte[] unpackChecked(byte[] packed, int plainBytesLimit) {
            return ZstdFrame.unpack(packed, plainBytesLimit);
        }
    },
    /// A deflate stream (RFC 1951): a member of gzip, an entry of zip.
    DEFLATE {
        @Override
        byte[] unpackChecked(byte[] packed, int plainBytesLimit) {
            return Inflated.all(packed, false, plainBytesLimit);
        }
    },
    /// A zlib stream (RFC 1950): a block of squashfs with gzip.
    ZLIB {
        @Override
        byte[] unpackChecked(byte[] packed, int plainBytesLimit) {
            return Inflated.all(packed, true, plainBytesLimit);
        }
    },
    /// One xz stream: a kernel module, a block of squashfs. Needs liblzma.
    XZ {
        @Override
        byte[] unpackChecked(byte[] packed, int plainBytesLimit) {
            return XzStream.unpack(packed, plainBytesLimit);
        }
    },
    /// A bare block of LZ4: of squashfs, or of the frames that kernels and initramfs are packed in.
    LZ4 {
        @Override
        byte[] unpackChecked(byte[] packed, int plainBytesLimit) {
            // no block packs better than 255 to 1
            long most = Math.min(plainBytesLimit, (packed.length + 1L) * 255);
            var plain = new byte[(int) most];
            try {
                int length = Lz4Block.unpack(packed, plain);
                return length == plain.length ? plain : Arrays.copyOf(plain, length);
            } catch (MalformedInput broken) {
                throw new PackingFault.Malformed("LZ4 block", String.valueOf(broken.getMessage()));
            }
        }
    };

    /// The plain bytes, at most `plainBytesLimit`; never takes more memory than a few times that.
    /// All of `packed` has to be used.
    public byte[] unpack(byte[] packed, int plainBytesLimit) {
        if (plainBytesLimit < 0) throw new IllegalArgumentException("limit " + plainBytesLimit);
        return unpackChecked(packed, plainBytesLimit);
    }

    abstract byte[] unpackChecked(byte[] packed, int plainBytesLimit);
}
