// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.content.filesystem;

import dev.evenkeel.content.filesystem.Ext4.Shape;
import java.io.IOException;

/// An inode of ext4, and the three ways in which it says where its bytes are: a tree of extents,
/// the older lists of blocks, or inside of itself.
final class Ext4Inode {
    private static final long EXTENTS = 0x80000;
    private static final long INLINE = 0x10000000;
    private static final int MAP_AT = 40;
    private static final int MAP_BYTES = 60;
    private static final int OLD_INODE_BYTES = 128;

    private static final int EXTENT_MAGIC = 0xf30a;
    private static final int EXTENT_BYTES = 12;
    private static final int MOST_DEPTH = 5;
    private static final int UNWRITTEN = 0x8000;

    private static final int DIRECT = 12;
    private static final int INDIRECTIONS = 3;

    private static final long ATTRIBUTES_MAGIC = 0xea020000L;
    private static final int ATTRIBUTE_BYTES = 16;
    private static final int SYSTEM = 7;

    private final ImageBytes image;
    private final Shape shape;
    private final long at;
    private final Fields inode;
    private final long size;

    Ext4Inode(ImageBytes image, Shape shape, long at) throws IOException {
        this.image = image;
        this.shape = shape;
        this.at = at;
        this.inode = image.fields(at, shape.inodeBytes());
        this.size = inode.u32(4) | (inode.u32(108) << 32);
        if (size < 0) throw new Damaged();
    }

    int mode() throws Damaged {
        return inode.u16(0);
    }

    /// Are its bytes inside of the inode itself?
    boolean isInline() throws Damaged {
        return (inode.u32(32) & INLINE) != 0;
    }

    void pieces(Pieces out) throws IOException {
        if (isInline()) {
            inline(out);
        } else if ((inode.u32(32) & EXTENTS) != 0) {
            extents(new Fields(image.read(at + MAP_AT, MAP_BYTES)), MOST_DEPTH, out);
        } else {
            blocks(out);
        }
    }

    /// The part of a run of blocks that is within the file's length.
    private void piece(long block, long count, long start, Pieces out) throws IOException {
        long offset = block * shape.blockBytes();
        if (offset >= size) return;
        if (start > Long.MAX_VALUE / shape.blockBytes()) throw new Damaged();
        long length = Math.min(count * shape.blockBytes(), size - offset);
        out.take(offset, length, start * shape.blockBytes());
    }

    private void extents(Fields node, int mostDepth, Pieces out) throws IOException {
        int depth = node.u16(6);
        if (node.u16(0) != EXTENT_MAGIC || depth > mostDepth) throw new Damaged();
        int count = node.u16(2);
        for (int i = 1; i <= count; i++) {
            int entry = i * EXTENT_BYTES;
            if (depth > 0) {
                long child = node.u32(entry + 4) | ((long) node.u16(entry + 8) << 32);
                extents(
                        image.fields(child * shape.blockBytes(), shape.blockBytes()),
                        depth - 1,
                        out);
            } else if (node.u16(entry + 4) <= UNWRITTEN) {
                long start = node.u32(entry + 8) | ((long) node.u16(entry + 6) << 32);
                piece(node.u32(entry), node.u16(entry + 4), start, out);
            }
        }
    }

    private void blocks(Pieces out) throws IOException {
        long number = 0;
        for (int i = 0; i < DIRECT; i++, number++) {
            block(number, inode.u32(MAP_AT + 4 * i), out);
        }
        for (int level = 1; level <= INDIRECTIONS; level++) {
            number = indirect(number, inode.u32(MAP_AT + 4 * (DIRECT + level - 1)), level, out);
        }
    }

    private void block(long number, long start, Pieces out) throws IOException {
        if (start != 0) piece(number, 1, start, out);
    }

    /// Gives the number of the first block after those that the list covers.
    private long indirect(long first, long list, int level, Pieces out) throws IOException {
        int perList = shape.blockBytes() / 4;
        long perEntry = 1;
        for (int i = 1; i < level; i++) perEntry *= perList;
        long after = first + perEntry * perList;
        if (list == 0 || first * shape.blockBytes() >= size) return after;
        Fields entries = image.fields(list * shape.blockBytes(), shape.blockBytes());
        for (int i = 0; i < perList; i++) {
            long number = first + i * perEntry;
            if (level == 1) {
                block(number, entries.u32(4 * i), out);
            } else {
                indirect(number, entries.u32(4 * i), level - 1, out);
            }
        }
        return after;
    }

    private void inline(Pieces out) throws IOException {
        long first = Math.min(size, MAP_BYTES);
        out.take(0, first, at + MAP_AT);
        if (size == first || inode.length() <= OLD_INODE_BYTES) return;
        int attributes = OLD_INODE_BYTES + inode.u16(OLD_INODE_BYTES);
        if (inode.u32(attributes) != ATTRIBUTES_MAGIC) return;
        int start = attributes + 4;
        int entry = start;
        while (inode.u32(entry) != 0) {
            int nameBytes = inode.u8(entry);
            if (inode.u8(entry + 1) == SYSTEM
                    && inode.name(entry + ATTRIBUTE_BYTES, nameBytes).equals("data")) {
                long length = Math.min(inode.u32(entry + 8), size - first);
                out.take(first, length, at + start + inode.u16(entry + 2));
            }
            entry += ATTRIBUTE_BYTES + (nameBytes + 3) / 4 * 4;
        }
    }
}
