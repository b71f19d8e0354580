// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.content.filesystem;

import com.github.luben.zstd.ZstdException;
import dev.evenkeel.content.packing.Lz4Block;
import dev.evenkeel.core.MalformedInput;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.tukaani.xz.XZInputStream;

/// How a squashfs image was packed, as its superblock says. Where it says nothing of a parameter,
/// the packer's own default stands here.
public sealed interface Compression {
    /// The most plain bytes of a block of data.
    int blockBytes();

    /// By deflate, with the header and checksum of zlib: what squashfs calls gzip.
    ///
    /// @param strategies as the image has them: a set of bits, 0 for the default alone
    record Zlib(int blockBytes, int level, int windowBits, int strategies) implements Compression {}

    /// By LZMA2, each block a whole xz file.
    ///
    /// @param filters as the image has them: a set of bits of the branch filters that were tried;
    ///   each block says itself which one was taken
    record Xz(int blockBytes, int dictionaryBytes, int filters) implements Compression {}

    record Lz4(int blockBytes, boolean isHigh) implements Compression {}

    record Zstd(int blockBytes, int level) implements Compression {}

    /// The plain bytes of a packed block; empty where it is damaged or holds more than `most`.
    /// Memory is bounded by `most` and, for xz, by the largest dictionary of a squashfs.
    default Optional<byte[]> unpack(byte[] packed, int most) {
        var plain = new byte[most];
        try {
            int length =
                    switch (this) {
                        case Zlib _ -> inflate(packed, plain);
                        case Xz _ -> unxz(packed, plain);
                        case Lz4 _ -> Lz4Block.unpack(packed, plain);
                        case Zstd _ -> unzstd(packed, plain);
                    };
            return Optional.of(length == most ? plain : Arrays.copyOf(plain, length));
        } catch (MalformedInput | ZstdException | IOException | DataFormatException damaged) {
            return Optional.empty();
        }
    }

    private static int unzstd(byte[] packed, byte[] plain) {
        return (int)
                com.github.luben.zstd.Zstd.decompressByteArray(
                        plain, 0, plain.length, packed, 0, packed.length);
    }

    private static int inflate(byte[] packed, byte[] plain) throws DataFormatException {
        try (var inflater = new Inflater()) {
            inflater.setInput(packed);
            int length = 0;
            while (!inflater.finished()) {
                int more = inflater.inflate(plain, length, plain.length - length);
                if (more == 0 && !inflater.finished()) throw new DataFormatException();
                length += more;
            }
            return length;
        }
    }

    private static int unxz(byte[] packed, byte[] plain) throws IOException {
        try (var in =
                new XZInputStream(
                        new ByteArrayInputStream(packed),
                        XzMemory.MOST_KIBIBYTES,
                        true,
                        XzMemory.ARRAYS)) {
            int length = in.readNBytes(plain, 0, plain.length);
            if (in.read() >= 0) throw new IOException();
            return length;
        }
    }
}
