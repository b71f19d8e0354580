// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.content.filesystem;

import dev.evenkeel.content.RandomBytes;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/// What lies where in the image of a filesystem: which bytes belong to which file, and which are
/// packed. Read without mounting, from an image that nobody vouches for: what is damaged, or beyond
/// what this reader understands, is left out, so that its bytes belong to no file.
///
/// @param blocks in the image's order, not overlapping; only squashfs has any
/// @param extents in the image's order, not overlapping. Bytes that several files share (hard
///   links, duplicates) are listed for the first of them in the order of the folders; holes are not
///   listed
public record FilesystemLayout(
        Kind kind, long imageBytes, List<PackedBlock> blocks, List<FileExtent> extents) {
    public enum Kind {
        SQUASHFS,
        EXT4,
        EROFS
    }

    /// What a packed block holds.
    public enum Content {
        /// A piece of one file.
        DATA,
        /// Short files and ends of files, one after the other.
        FRAGMENT,
        /// Inodes, folders and tables.
        METADATA
    }

    /// Bytes of the image that a packer made. Blocks that squashfs stored as they are, are not
    /// listed.
    ///
    /// @param at where the packed bytes start; the two bytes of length before a block of metadata
    ///   are not part of it
    /// @param plainBytes how many bytes it holds; -1 where only unpacking tells. At most
    ///   [#mostPlainBytes]
    public record PackedBlock(
            long at, int packedBytes, int plainBytes, Compression compression, Content content) {
        /// No block of its kind holds more.
        public int mostPlainBytes() {
            return content == Content.METADATA
                    ? SquashfsMetadata.BLOCK_BYTES
                    : compression.blockBytes();
        }
    }

    /// Bytes of a file.
    ///
    /// @param path from the root of the image, as `/usr/bin/env`
    /// @param fileOffset where in the file they are
    /// @param at where in the image they are, or where the block that holds them starts
    /// @param block the number of that block in the layout; -1: they lie in the image as they are
    /// @param inBlock where they start in the unpacked block
    public record FileExtent(
            String path, long fileOffset, long length, long at, int block, int inBlock) {}

    /// Throws [IllegalArgumentException] where the parts contradict each other.
    public FilesystemLayout {
        blocks = List.copyOf(blocks);
        extents = List.copyOf(extents);
        requireBlocksInOrder(imageBytes, blocks);
        requireExtentsInOrder(imageBytes, blocks, extents);
    }

    private static void requireBlocksInOrder(long imageBytes, List<PackedBlock> blocks) {
        long end = 0;
        for (PackedBlock block : blocks) {
            require(block.at() >= end && block.packedBytes() > 0, block);
            end = block.at() + block.packedBytes();
            require(end <= imageBytes, block);
        }
    }

    private static void requireExtentsInOrder(
            long imageBytes, List<PackedBlock> blocks, List<FileExtent> extents) {
        long end = 0;
        long inBlockEnd = 0;
        int last = -1;
        for (FileExtent extent : extents) {
            require(extent.length() > 0 && extent.fileOffset() >= 0, extent);
            if (extent.block() < 0) {
                require(extent.at() >= end, extent);
                end = extent.at() + extent.length();
                require(end <= imageBytes, extent);
                continue;
            }
            PackedBlock block = blocks.get(extent.block());
            require(extent.at() == block.at(), extent);
            if (extent.block() != last) {
                require(extent.at() >= end, extent);
                inBlockEnd = 0;
            }
            require(extent.inBlock() >= inBlockEnd, extent);
            inBlockEnd = extent.inBlock() + extent.length();
            require(inBlockEnd <= block.mostPlainBytes(), extent);
            end = block.at() + block.packedBytes();
            last = extent.block();
        }
    }

    private static void require(boolean isInOrder, Object part) {
        if (!isInOrder) throw new IllegalArgumentException("out of order or place: " + part);
    }

    /// The layout of `image`; empty where it is no filesystem that this reader understands.
    public static Optional<FilesystemLayout> read(RandomBytes image) throws IOException {
        var budget = new Budget(image.sizeBytes());
        var bytes = new ImageBytes(image, budget);
        for (Format format : FORMATS) {
            var extents = new Extents(image.sizeBytes(), budget);
            Optional<FileTree> tree = format.open(bytes, extents);
            if (tree.isPresent()) {
                tree.get().walk(budget);
                return Optional.of(extents.layout(format.kind()));
            }
        }
        return Optional.empty();
    }

    private static final List<Format> FORMATS =
            List.of(
                    new Format(Kind.SQUASHFS, Squashfs::open),
                    new Format(Kind.EXT4, Ext4::open),
                    new Format(Kind.EROFS, Erofs::open));

    private record Format(Kind kind, Opening opening) {
        Optional<FileTree> open(ImageBytes image, Extents extents) throws IOException {
            try {
                return opening.open(image, extents);
            } catch (Damaged damaged) {
                return Optional.empty();
            }
        }
    }

    private interface Opening {
        Optional<FileTree> open(ImageBytes image, Extents extents) throws IOException;
    }
}
