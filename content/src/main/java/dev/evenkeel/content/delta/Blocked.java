// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.content.delta;

import dev.evenkeel.content.RandomBytes;
import dev.evenkeel.content.filesystem.Compression;
import dev.evenkeel.content.filesystem.FilesystemLayout.PackedBlock;
import dev.evenkeel.content.packing.PackedKind;
import dev.evenkeel.content.packing.PackedSpan;
import java.io.IOException;

/// What filesystems and files may hold packed, as far as a packing for it is known here.
final class Blocked {
    private static final int LOOK_BYTES = 0x208;

    private Blocked() {}

    /// How a block of a filesystem is packed.
    static PackedSpan span(PackedBlock block) {
        return new PackedSpan(kind(block.compression()), 0, block.packedBytes());
    }

    private static PackedKind kind(Compression compression) {
        return switch (compression) {
            case Compression.Zstd _ -> PackedKind.ZSTD;
            case Compression.Zlib _ -> PackedKind.ZLIB;
            case Compression.Xz _ -> PackedKind.XZ;
            case Compression.Lz4 _ -> PackedKind.LZ4;
        };
    }

    /// Whether it is worth to read a whole file: by its first bytes.
    static boolean mayHaveMembers(String name, RandomBytes bytes, Piece file) throws IOException {
        if (file.length() < 64) return false;
        byte[] start = bytes.read(file.at(), Math.min(file.length(), LOOK_BYTES));
        int magic = (int) ElfFile.U32.get(start, 0);
        return magic == 0x04034b50
                || (magic & 0xffffff) == 0x088b1f
                || magic == 0xFD2FB528
                || magic == 0x587a37fd
                || (start.length == LOOK_BYTES
                        && (int) ElfFile.U32.get(start, 0x202) == 0x53726448);
    }
}
