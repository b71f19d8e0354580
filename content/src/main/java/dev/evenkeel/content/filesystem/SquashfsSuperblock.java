// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.content.filesystem;

import dev.evenkeel.content.filesystem.Compression.Lz4;
import dev.evenkeel.content.filesystem.Compression.Xz;
import dev.evenkeel.content.filesystem.Compression.Zlib;
import dev.evenkeel.content.filesystem.Compression.Zstd;
import java.io.IOException;
import java.util.Optional;

/// The first bytes of a squashfs 4.0: where its tables are, and how it was packed. A table that the
/// image lacks is at -1.
record SquashfsSuperblock(
        Compression compression,
        long fragments,
        long rootInode,
        long bytesUsed,
        long idTable,
        long xattrTable,
        long inodeTable,
        long directoryTable,
        long fragmentTable,
        long exportTable) {
    private static final int BYTES = 96;
    private static final long MAGIC = 0x73717368;
    private static final int HAS_OPTIONS = 0x400;
    private static final int LEAST_BLOCK_LOG = 12;
    private static final int MOST_BLOCK_LOG = 20;

    private static final int ZLIB = 1;
    private static final int XZ = 4;
    private static final int LZ4 = 5;
    private static final int ZSTD = 6;

    /// Empty where this is no squashfs, or one of another version or packer.
    static Optional<SquashfsSuperblock> read(ImageBytes image) throws IOException {
        Fields in = image.fields(0, BYTES);
        if (in.u32(0) != MAGIC || in.u16(28) != 4 || in.u16(30) != 0) return Optional.empty();
        int blockLog = in.u16(22);
        if (blockLog < LEAST_BLOCK_LOG
                || blockLog > MOST_BLOCK_LOG
                || in.u32(12) != 1L << blockLog) {
            return Optional.empty();
        }
        Optional<Compression> compression = compression(image, in, 1 << blockLog);
        if (compression.isEmpty()) return Optional.empty();
        return Optional.of(
                new SquashfsSuperblock(
                        compression.get(),
                        in.u32(16),
                        in.u64(32),
                        in.u64(40),
                        in.u64(48),
                        in.u64(56),
                        in.u64(64),
                        in.u64(72),
                        in.u64(80),
                        in.u64(88)));
    }

    private static Optional<Compression> compression(ImageBytes image, Fields in, int blockBytes)
            throws IOException {
        // options are a block of metadata that is never packed
        boolean hasOptions = (in.u16(24) & HAS_OPTIONS) != 0;
        Fields options = hasOptions ? image.fields(BYTES + SquashfsMetadata.HEADER_BYTES, 8) : in;
        return switch (in.u16(20)) {
            case ZLIB ->
                    Optional.of(
                            hasOptions
                                    ? new Zlib(
                                            blockBytes,
                                            (int) options.u32(0),
                                            options.u16(4),
                                            options.u16(6))
                                    : new Zlib(blockBytes, 9, 15, 0));
            case XZ ->
                    Optional.of(
                            hasOptions
                                    ? new Xz(blockBytes, (int) options.u32(0), (int) options.u32(4))
                                    : new Xz(blockBytes, blockBytes, 0));
            case LZ4 -> Optional.of(new Lz4(blockBytes, (options.u32(4) & 1) != 0 && hasOptions));
            case ZSTD -> Optional.of(new Zstd(blockBytes, hasOptions ? (int) options.u32(0) : 15));
            default -> Optional.empty();
        };
    }
}
