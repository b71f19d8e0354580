// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.agent;

import dev.evenkeel.content.RandomBytes;
import dev.evenkeel.core.Disk;
import java.io.IOException;
import java.nio.ByteBuffer;

/// A partition of which a delta reads; whoever opened the disk closes it.
record DiskBytes(Disk disk) implements RandomBytes {
    @Override
    public long sizeBytes() {
        return disk.sizeBytes();
    }

    @Override
    public void read(long at, byte[] into, int offset, int length) throws IOException {
        requireInside(at, length);
        disk.read(at, ByteBuffer.wrap(into, offset, length));
    }
}
