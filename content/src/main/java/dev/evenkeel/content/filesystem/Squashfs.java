// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.content.filesystem;

import dev.evenkeel.content.filesystem.FilesystemLayout.Content;
import dev.evenkeel.content.filesystem.FilesystemLayout.PackedBlock;
import dev.evenkeel.content.filesystem.SquashfsMetadata.Cursor;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/// A squashfs 4.0. An inode is known by where its metadata lie: the block in the inode table (upper
/// 32 bits) and the offset in it (lower 16).
final class Squashfs extends FileTree {
    private static final int INODE_HEADER_BYTES = 16;
    private static final int FOLDER = 1;
    private static final int FILE = 2;
    private static final int LONG_FOLDER = 8;
    private static final int LONG_FILE = 9;

    /// What a folder's length counts beyond its listing.
    private static final int FOLDER_EXTRA = 3;

    private static final int MOST_IN_A_RUN = 256;
    private static final long NO_FRAGMENT = 0xffff_ffffL;
    private static final int FRAGMENT_BYTES = 16;
    private static final int FRAGMENTS_PER_BLOCK = SquashfsMetadata.BLOCK_BYTES / FRAGMENT_BYTES;
    private static final int STORED = 1 << 24;

    private final ImageBytes image;
    private final Extents extents;
    private final SquashfsSuperblock superblock;
    private final SquashfsMetadata metadata;

    private Squashfs(
            ImageBytes image,
            Extents extents,
            SquashfsSuperblock superblock,
            SquashfsMetadata metadata) {
        this.image = image;
        this.extents = extents;
        this.superblock = superblock;
        this.metadata = metadata;
    }

    static Optional<FileTree> open(ImageBytes image, Extents extents) throws IOException {
        Optional<SquashfsSuperblock> superblock = SquashfsSuperblock.read(image);
        if (superblock.isEmpty()) return Optional.empty();
        var metadata = new SquashfsMetadata(image, superblock.get().compression());
        new SquashfsTables(image, superblock.get(), metadata).tell(extents);
        return Optional.of(new Squashfs(image, extents, superblock.get(), metadata));
    }

    @Override
    long root() {
        return superblock.rootInode();
    }

    @Override
    void visit(long inode, String path, List<Entry> entries) throws IOException {
        Cursor in =
                metadata.cursor(
                        superblock.inodeTable() + (inode >>> 16),
                        inode & 0xffff,
                        superblock.directoryTable());
        switch (in.fields(INODE_HEADER_BYTES).u16(0)) {
            case FOLDER -> {
                Fields folder = in.fields(16);
                list(folder.u32(0), folder.u16(10), folder.u16(8), entries);
            }
            case LONG_FOLDER -> {
                Fields folder = in.fields(24);
                list(folder.u32(8), folder.u16(18), folder.u32(4), entries);
            }
            case FILE -> {
                Fields file = in.fields(16);
                var blocks = new Blocks(path, file.u32(12), file.u32(4) != NO_FRAGMENT);
                blocks.tell(file.u32(0), in);
                blocks.tellEnd(file.u32(4), file.u32(8));
            }
            case LONG_FILE -> {
                Fields file = in.fields(40);
                var blocks = new Blocks(path, file.u64(8), file.u32(28) != NO_FRAGMENT);
                blocks.tell(file.u64(0), in);
                blocks.tellEnd(file.u32(28), file.u32(32));
            }
            default -> {}
        }
    }

    private void list(long block, int offset, long length, List<Entry> entries) throws IOException {
        if (length <= FOLDER_EXTRA) return;
        long left = length - FOLDER_EXTRA;
        Cursor in =
                metadata.cursor(
                        superblock.directoryTable() + block, offset, superblock.bytesUsed());
        while (left > 0) {
            Fields run = in.fields(12);
            left -= run.length();
            long count = run.u32(0) + 1;
            if (count > MOST_IN_A_RUN) throw new Damaged();
            for (; count > 0; count--) {
                Fields entry = in.fields(8);
                Fields name = in.fields(entry.u16(6) + 1);
                entries.add(
                        new Entry(name.name(0, name.length()), (run.u32(4) << 16) | entry.u16(0)));
                left -= entry.length() + name.length();
            }
        }
    }

    /// The bytes of one file: whole blocks, and an end that may lie in a fragment with others.
    private final class Blocks {
        private final String path;
        private final long fileBytes;
        private final boolean hasFragment;
        private final int blockBytes = superblock.compression().blockBytes();

        private Blocks(String path, long fileBytes, boolean hasFragment) throws Damaged {
            if (fileBytes < 0) throw new Damaged();
            this.path = path;
            this.fileBytes = fileBytes;
            this.hasFragment = hasFragment;
        }

        private void tell(long start, Cursor in) throws IOException {
            long whole = hasFragment ? fileBytes - fileBytes % blockBytes : fileBytes;
            long at = start;
            for (long offset = 0; offset < whole; offset += blockBytes) {
                long word = in.fields(4).u32(0);
                int length = (int) Math.min(blockBytes, whole - offset);
                long packedBytes = word & ~STORED;
                if (packedBytes == 0) continue;
                if ((word & STORED) == 0) {
                    PackedBlock block = block(at, packedBytes, length, Content.DATA);
                    extents.packed(path, offset, length, block, 0);
                } else if (packedBytes == length) {
                    extents.plain(path, offset, length, at);
                }
                at += packedBytes;
            }
        }

        private void tellEnd(long fragment, long inBlock) throws IOException {
            long length = fileBytes % blockBytes;
            if (!hasFragment || length == 0) return;
            if (fragment >= superblock.fragments()) throw new Damaged();
            Fields entry = fragment(fragment);
            long at = entry.u64(0);
            long packedBytes = entry.u32(8) & ~STORED;
            if ((entry.u32(8) & STORED) == 0) {
                PackedBlock block = block(at, packedBytes, -1, Content.FRAGMENT);
                extents.packed(path, fileBytes - length, length, block, inBlock);
            } else if (inBlock + length <= packedBytes) {
                extents.plain(path, fileBytes - length, length, at + inBlock);
            }
        }
    }

    private PackedBlock block(long at, long packedBytes, int plainBytes, Content content)
            throws Damaged {
        if (packedBytes > superblock.compression().blockBytes()) throw new Damaged();
        return extents.block(
                new PackedBlock(
                        at, (int) packedBytes, plainBytes, superblock.compression(), content));
    }

    private Fields fragment(long number) throws IOException {
        long pointer = superblock.fragmentTable() + number / FRAGMENTS_PER_BLOCK * 8;
        return metadata.cursor(
                        image.fields(pointer, 8).u64(0),
                        number % FRAGMENTS_PER_BLOCK * FRAGMENT_BYTES,
                        superblock.bytesUsed())
                .fields(FRAGMENT_BYTES);
    }
}
