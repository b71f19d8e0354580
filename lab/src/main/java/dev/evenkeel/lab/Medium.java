// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.lab;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/// The part of a virtual disk that survives a power cut: a sparse file. The host's page cache
/// counts as medium; what is modelled is the power of the device, not that of the host.
final class Medium implements AutoCloseable {
    private static final int BLOCK_BYTES = 64 << 10;

    private final FileChannel file;

    Medium(Path path) throws IOException {
        file = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
    }

    long sizeBytes() throws IOException {
        return file.size();
    }

    void read(long offset, ByteBuffer into) throws IOException {
        long at = offset;
        while (into.hasRemaining()) {
            int count = file.read(into, at);
            if (count < 0) throw new EOFException("the disk's file ends at byte " + at);
            at += count;
        }
    }

    void write(CachedWrite write) throws IOException {
        if (write.bytes() == null) {
            zero(write.offset(), write.end());
            return;
        }
        ByteBuffer content = write.content();
        long at = write.offset();
        while (content.hasRemaining()) {
            at += file.write(content, at);
        }
    }

    /// Writes zeros only where there are none yet, so that a sparse file stays sparse.
    private void zero(long start, long end) throws IOException {
        var zeros = new byte[BLOCK_BYTES];
        var found = new byte[BLOCK_BYTES];
        for (long at = start; at < end; at += BLOCK_BYTES) {
            int length = (int) Math.min(BLOCK_BYTES, end - at);
            read(at, ByteBuffer.wrap(found, 0, length));
            if (!isZero(found, length)) {
                write(new CachedWrite(0, at, length, zeros, 0));
            }
        }
    }

    static boolean isZero(byte[] bytes, int length) {
        return length == 0
                || (bytes[0] == 0 && Arrays.equals(bytes, 0, length - 1, bytes, 1, length));
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
