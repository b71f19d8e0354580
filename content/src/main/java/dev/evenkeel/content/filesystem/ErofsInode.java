// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.content.filesystem;

import java.io.IOException;

/// An inode of erofs, in its short or its long form, and where its bytes are: in one run of blocks,
/// the same with its end right behind the inode, or in chunks that may be shared.
final class ErofsInode {
    private static final int SHORT_BYTES = 32;
    private static final int LONG_BYTES = 64;
    private static final int PLAIN = 0;
    private static final int INLINE = 2;
    private static final int CHUNKS = 4;

    private static final int CHUNK_LOG = 0x1f;
    private static final int CHUNK_INDEXES = 0x20;
    private static final int CHUNK_UNDERSTOOD = CHUNK_LOG | CHUNK_INDEXES;
    private static final long HOLE = 0xffff_ffffL;

    private final ImageBytes image;
    private final int blockLog;
    private final Fields inode;
    private final long size;
    private final long end;

    ErofsInode(ImageBytes image, int blockLog, long at) throws IOException {
        this.image = image;
        this.blockLog = blockLog;
        boolean isLong = (image.fields(at, SHORT_BYTES).u16(0) & 1) != 0;
        this.inode = image.fields(at, isLong ? LONG_BYTES : SHORT_BYTES);
        this.size = isLong ? inode.u64(8) : inode.u32(8);
        if (size < 0) throw new Damaged();
        int attributes = inode.u16(2);
        this.end = at + inode.length() + (attributes == 0 ? 0 : 12 + 4L * (attributes - 1));
    }

    int mode() throws Damaged {
        return inode.u16(4);
    }

    void pieces(Pieces out) throws IOException {
        long start = inode.u32(16);
        switch ((inode.u16(0) >> 1) & 7) {
            case PLAIN -> run(size, start, out);
            case INLINE -> {
                // the last block is the one behind the inode, also where it is full
                long before = size == 0 ? 0 : ((size - 1) >> blockLog) << blockLog;
                run(before, start, out);
                if (size > before) out.take(before, size - before, end);
            }
            case CHUNKS -> chunks(inode.u16(16), out);
            default -> {}
        }
    }

    private void run(long length, long block, Pieces out) throws IOException {
        if (length > 0 && block != HOLE) out.take(0, length, block << blockLog);
    }

    private void chunks(int format, Pieces out) throws IOException {
        if ((format & ~CHUNK_UNDERSTOOD) != 0) return;
        int chunkLog = blockLog + (format & CHUNK_LOG);
        boolean hasIndexes = (format & CHUNK_INDEXES) != 0;
        int entryBytes = hasIndexes ? 8 : 4;
        long at = (end + entryBytes - 1) / entryBytes * entryBytes;
        long chunkBytes = 1L << chunkLog;
        for (long offset = 0; offset < size; offset += chunkBytes, at += entryBytes) {
            Fields entry = image.fields(at, entryBytes);
            long block = entry.u32(entryBytes - 4);
            // other devices than the image itself are not here
            if (block == HOLE || (hasIndexes && entry.u16(2) != 0)) continue;
            out.take(offset, Math.min(chunkBytes, size - offset), block << blockLog);
        }
    }
}
