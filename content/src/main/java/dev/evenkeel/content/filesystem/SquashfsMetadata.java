// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.content.filesystem;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/// The metadata of a squashfs: one table after the other, each cut into blocks of 8 KiB that are
/// packed for themselves. A few unpacked ones are kept, as folders and their inodes lie close
/// together.
final class SquashfsMetadata {
    static final int BLOCK_BYTES = 8 << 10;
    static final int HEADER_BYTES = 2;

    private static final int STORED = 0x8000;
    private static final int KEPT_BLOCKS = 256;

    private final ImageBytes image;
    private final Compression compression;
    private final Map<Long, Block> kept =
            new LinkedHashMap<>(16, 0.75f, true) {
                @Override
                protected boolean removeEldestEntry(Map.Entry<Long, Block> eldest) {
                    return size() > KEPT_BLOCKS;
                }
            };

    /// How a block lies in the image: `packedBytes` after the header.
    record Header(int packedBytes, boolean isStored) {}

    private record Block(byte[] plain, long next) {}

    SquashfsMetadata(ImageBytes image, Compression compression) {
        this.image = image;
        this.compression = compression;
    }

    Header header(long at) throws IOException {
        int word = image.fields(at, HEADER_BYTES).u16(0);
        int packedBytes = word & ~STORED;
        if (packedBytes == 0 || packedBytes > BLOCK_BYTES) throw new Damaged();
        return new Header(packedBytes, (word & STORED) != 0);
    }

    /// Reads on from `offset` in the unpacked block that starts at `at`, to the block that starts
    /// at `end` at the most.
    Cursor cursor(long at, long offset, long end) throws IOException {
        var cursor = new Cursor(at, end);
        cursor.skip(offset);
        return cursor;
    }

    private Block block(long at) throws IOException {
        Block known = kept.get(at);
        if (known != null) return known;
        Header header = header(at);
        byte[] bytes = image.read(at + HEADER_BYTES, header.packedBytes());
        image.spend(BLOCK_BYTES);
        byte[] plain =
                header.isStored()
                        ? bytes
                        : compression.unpack(bytes, BLOCK_BYTES).orElseThrow(Damaged::new);
        var block = new Block(plain, at + HEADER_BYTES + header.packedBytes());
        kept.put(at, block);
        return block;
    }

    /// A place in a table, and what follows it.
    final class Cursor {
        private final long end;
        private Block block;
        private int offset;

        private Cursor(long at, long end) throws IOException {
            this.end = end;
            this.block = open(at);
        }

        private Block open(long at) throws IOException {
            if (at >= end) throw new Damaged();
            return block(at);
        }

        Fields fields(int length) throws IOException {
            image.spend(length);
            var bytes = new byte[length];
            int have = 0;
            while (have < length) {
                int count = Math.min(length - have, here());
                System.arraycopy(block.plain(), offset, bytes, have, count);
                offset += count;
                have += count;
            }
            return new Fields(bytes);
        }

        void skip(long length) throws IOException {
            if (length < 0) throw new Damaged();
            image.spend(length / BLOCK_BYTES);
            while (length > 0) {
                int count = (int) Math.min(length, here());
                offset += count;
                length -= count;
            }
        }

        /// How many bytes of a block that has some lie ahead.
        private int here() throws IOException {
            while (offset == block.plain().length) {
                image.spend(1);
                block = open(block.next());
                offset = 0;
            }
            return block.plain().length - offset;
        }
    }
}
