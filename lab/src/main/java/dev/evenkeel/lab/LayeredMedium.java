// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.lab;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.BitSet;

/// A medium that starts as a file that it never changes: what is written goes into a second, sparse
/// file. So that hundreds of devices begin with the same disk and none copies it.
final class LayeredMedium implements Medium {
    private static final int BLOCK_BYTES = 4096;

    private final FileChannel base;
    private final FileChannel layer;
    private final long sizeBytes;

    /// Blocks that the layer holds.
    private final BitSet written = new BitSet();

    /// Begins with an empty layer, whatever `layer` held before.
    LayeredMedium(Path base, Path layer) throws IOException {
        this.base = FileChannel.open(base, StandardOpenOption.READ);
        try {
            this.sizeBytes = this.base.size();
            this.layer =
                    FileChannel.open(
                            layer,
                            StandardOpenOption.CREATE,
                            StandardOpenOption.TRUNCATE_EXISTING,
                            StandardOpenOption.READ,
                            StandardOpenOption.WRITE);
        } catch (IOException failed) {
            this.base.close();
            throw failed;
        }
    }

    @Override
    public long sizeBytes() {
        return sizeBytes;
    }

    @Override
    public void read(long offset, ByteBuffer into) throws IOException {
        int limit = into.limit();
        long at = offset;
        while (into.position() < limit) {
            boolean inLayer = written.get(block(at));
            long end = Math.min(at + limit - into.position(), runEnd(at, inLayer));
            into.limit(into.position() + (int) (end - at));
            FileMedium.readFully(inLayer ? layer : base, at, into);
            into.limit(limit);
            at = end;
        }
    }

    /// Where the blocks end that lie in the same file as the one at `offset`.
    private long runEnd(long offset, boolean inLayer) {
        int block = block(offset);
        int next = inLayer ? written.nextClearBit(block) : written.nextSetBit(block);
        return next < 0 ? sizeBytes : (long) next * BLOCK_BYTES;
    }

    @Override
    public void write(long offset, ByteBuffer content) throws IOException {
        if (!content.hasRemaining()) return;
        long end = offset + content.remaining();
        bringUp(offset);
        bringUp(end - 1);
        FileMedium.writeFully(layer, offset, content);
        written.set(block(offset), block(end - 1) + 1);
    }

    /// A block that is written in part takes its rest along.
    private void bringUp(long offset) throws IOException {
        int block = block(offset);
        if (written.get(block)) return;
        long start = (long) block * BLOCK_BYTES;
        var rest = ByteBuffer.allocate((int) Math.min(BLOCK_BYTES, sizeBytes - start));
        FileMedium.readFully(base, start, rest);
        FileMedium.writeFully(layer, start, rest.flip());
        written.set(block);
    }

    private static int block(long offset) {
        return Math.toIntExact(offset / BLOCK_BYTES);
    }

    @Override
    public void close() throws IOException {
        try (base) {
            layer.close();
        }
    }
}
