// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.content.filesystem;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/// An ext4, or its forebears ext2 and ext3. The journal is not replayed: of an image that was not
/// unmounted the layout may be an older one.
final class Ext4 extends FileTree {
    private static final int SUPERBLOCK_AT = 1_024;
    private static final int MAGIC = 0xef53;
    private static final long COMPRESSION = 0x1;
    private static final long JOURNAL_DEVICE = 0x8;
    private static final long META_BLOCK_GROUPS = 0x10;
    private static final long WIDE = 0x80;
    private static final long NOT_UNDERSTOOD = COMPRESSION | JOURNAL_DEVICE | META_BLOCK_GROUPS;
    private static final long ROOT = 2;

    private static final int KIND = 0xf000;
    private static final int FOLDER = 0x4000;
    private static final int FILE = 0x8000;
    private static final int DIRENT_BYTES = 8;

    private final ImageBytes image;
    private final Extents extents;
    private final Shape shape;

    /// @param inodeBytes length of an inode
    /// @param groupBytes length of a group's descriptor
    record Shape(
            int blockBytes,
            long firstBlock,
            long inodes,
            long inodesPerGroup,
            int inodeBytes,
            int groupBytes,
            boolean isWide) {}

    private Ext4(ImageBytes image, Extents extents, Shape shape) {
        this.image = image;
        this.extents = extents;
        this.shape = shape;
    }

    static Optional<FileTree> open(ImageBytes image, Extents extents) throws IOException {
        Fields in = image.fields(SUPERBLOCK_AT, 1_024);
        if (in.u16(56) != MAGIC) return Optional.empty();
        long incompatible = in.u32(96);
        long blockLog = in.u32(24);
        if ((incompatible & NOT_UNDERSTOOD) != 0 || blockLog > 6) return Optional.empty();
        boolean isWide = (incompatible & WIDE) != 0;
        var shape =
                new Shape(
                        1_024 << blockLog,
                        in.u32(20),
                        in.u32(0),
                        in.u32(40),
                        in.u32(76) == 0 ? 128 : in.u16(88),
                        isWide ? in.u16(254) : 32,
                        isWide);
        boolean isSound =
                shape.inodesPerGroup() > 0
                        && shape.inodeBytes() >= 128
                        && shape.inodeBytes() <= shape.blockBytes()
                        && shape.groupBytes() >= (isWide ? 64 : 32);
        return isSound ? Optional.of(new Ext4(image, extents, shape)) : Optional.empty();
    }

    @Override
    long root() {
        return ROOT;
    }

    @Override
    void visit(long number, String path, List<Entry> entries) throws IOException {
        Ext4Inode inode = inode(number);
        switch (inode.mode() & KIND) {
            case FILE ->
                    inode.pieces((offset, length, at) -> extents.plain(path, offset, length, at));
            case FOLDER -> {
                // a folder inside of an inode starts with the number of its parent
                int before = inode.isInline() ? 4 : 0;
                inode.pieces((offset, length, at) -> {
                    int skipped = offset == 0 ? before : 0;
                    list(length - skipped, at + skipped, entries);
                });
            }
            default -> {}
        }
    }

    private Ext4Inode inode(long number) throws IOException {
        if (number < 1 || number > shape.inodes()) throw new Damaged();
        long group = (number - 1) / shape.inodesPerGroup();
        Fields descriptor =
                image.fields(
                        (shape.firstBlock() + 1) * shape.blockBytes() + group * shape.groupBytes(),
                        shape.groupBytes());
        long table = descriptor.u32(8) | (shape.isWide() ? descriptor.u32(40) << 32 : 0);
        if (table < 0 || table > Long.MAX_VALUE / shape.blockBytes()) throw new Damaged();
        long at =
                table * shape.blockBytes()
                        + (number - 1) % shape.inodesPerGroup() * shape.inodeBytes();
        return new Ext4Inode(image, shape, at);
    }

    /// A piece of a folder: whole blocks, each a list of its own, or what an inode had room for.
    private void list(long length, long at, List<Entry> entries) throws IOException {
        for (long done = 0; done < length; done += shape.blockBytes()) {
            int count = (int) Math.min(shape.blockBytes(), length - done);
            list(image.fields(at + done, count), entries);
        }
    }

    private void list(Fields block, List<Entry> entries) throws Damaged {
        int at = 0;
        while (at + DIRENT_BYTES <= block.length()) {
            long inode = block.u32(at);
            int length = block.u16(at + 4);
            // the whole of a block of 64 KiB does not fit into the field
            if (length == 0 || length == 0xffff) length = 0x10000;
            if (length < DIRENT_BYTES) return;
            if (inode != 0) {
                entries.add(new Entry(block.name(at + DIRENT_BYTES, block.u8(at + 6)), inode));
                image.spend(64);
            }
            at += length;
        }
    }
}
