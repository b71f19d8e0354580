// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.lab;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/// The part of a virtual disk that survives a power cut. The host's page cache counts as medium;
/// what is modelled is the power of the device, not that of the host.
sealed interface Medium extends AutoCloseable permits FileMedium, LayeredMedium {
    int ZERO_BLOCK_BYTES = 64 << 10;

    long sizeBytes() throws IOException;

    void read(long offset, ByteBuffer into) throws IOException;

    void write(long offset, ByteBuffer content) throws IOException;

    default void write(CachedWrite write) throws IOException {
        if (write.bytes() == null) zero(write.offset(), write.end());
        else write(write.offset(), write.content());
    }

    /// Writes zeros only where there are none yet, so that a sparse file stays sparse.
    private void zero(long start, long end) throws IOException {
        var found = new byte[ZERO_BLOCK_BYTES];
        for (long at = start; at < end; at += ZERO_BLOCK_BYTES) {
            int length = (int) Math.min(ZERO_BLOCK_BYTES, end - at);
            read(at, ByteBuffer.wrap(found, 0, length));
            if (!isZero(found, length)) write(at, ByteBuffer.allocate(length));
        }
    }

    static boolean isZero(byte[] bytes, int length) {
        return length == 0
                || (bytes[0] == 0 && Arrays.equals(bytes, 0, length - 1, bytes, 1, length));
    }

    @Override
    void close() throws IOException;
}
