// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.content.filesystem;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/// An erofs. Of compressed files nothing is told: their bytes belong to no file.
final class Erofs extends FileTree {
    private static final int SUPERBLOCK_AT = 1_024;
    private static final long MAGIC = 0xe0f5e1e2L;

    /// What a later erofs adds beyond these moves fields that are read here.
    private static final long UNDERSTOOD = 0x7f;

    private static final int LEAST_BLOCK_LOG = 9;
    private static final int MOST_BLOCK_LOG = 16;
    private static final int SLOT_BYTES = 32;

    private static final int KIND = 0xf000;
    private static final int FOLDER = 0x4000;
    private static final int FILE = 0x8000;
    private static final int DIRENT_BYTES = 12;

    private final ImageBytes image;
    private final Extents extents;
    private final int blockLog;
    private final int folderBlockBytes;
    private final long inodesAt;
    private final long root;

    private Erofs(ImageBytes image, Extents extents, Fields superblock) throws Damaged {
        this.image = image;
        this.extents = extents;
        this.blockLog = superblock.u8(12);
        this.folderBlockBytes = 1 << (blockLog + superblock.u8(90));
        this.inodesAt = superblock.u32(40) << blockLog;
        this.root = superblock.u16(14);
    }

    static Optional<FileTree> open(ImageBytes image, Extents extents) throws IOException {
        Fields in = image.fields(SUPERBLOCK_AT, 128);
        boolean isUnderstood =
                in.u32(0) == MAGIC
                        && (in.u32(80) & ~UNDERSTOOD) == 0
                        && in.u8(12) >= LEAST_BLOCK_LOG
                        && in.u8(12) <= MOST_BLOCK_LOG
                        && in.u8(90) <= MOST_BLOCK_LOG - in.u8(12);
        return isUnderstood ? Optional.of(new Erofs(image, extents, in)) : Optional.empty();
    }

    @Override
    long root() {
        return root;
    }

    @Override
    void visit(long number, String path, List<Entry> entries) throws IOException {
        if (number < 0 || number > Long.MAX_VALUE / (2 * SLOT_BYTES)) throw new Damaged();
        var inode = new ErofsInode(image, blockLog, inodesAt + number * SLOT_BYTES);
        switch (inode.mode() & KIND) {
            case FILE ->
                    inode.pieces((offset, length, at) -> extents.plain(path, offset, length, at));
            case FOLDER -> inode.pieces((offset, length, at) -> list(length, at, entries));
            default -> {}
        }
    }

    private void list(long length, long at, List<Entry> entries) throws IOException {
        for (long done = 0; done < length; done += folderBlockBytes) {
            int count = (int) Math.min(folderBlockBytes, length - done);
            list(image.fields(at + done, count), entries);
        }
    }

    /// A block of a folder: entries of one length, then their names.
    private void list(Fields block, List<Entry> entries) throws Damaged {
        int count = block.u16(8) / DIRENT_BYTES;
        image.spend(64L * count);
        for (int i = 0; i < count; i++) {
            int entry = i * DIRENT_BYTES;
            int name = block.u16(entry + 8);
            int end = i + 1 < count ? block.u16(entry + DIRENT_BYTES + 8) : block.length();
            String padded = block.name(name, end - name);
            int zero = padded.indexOf('\0');
            entries.add(new Entry(zero < 0 ? padded : padded.substring(0, zero), block.u64(entry)));
        }
    }
}
