// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.lab;

import dev.evenkeel.core.Disk;
import java.nio.ByteBuffer;

/// A disk that is an array of bytes.
record MemoryDisk(String name, byte[] content) implements Disk {
    @Override
    public long sizeBytes() {
        return content.length;
    }

    @Override
    public void read(long offset, ByteBuffer into) {
        into.put(content, Math.toIntExact(offset), into.remaining());
    }

    @Override
    public void readPastCache(long offset, ByteBuffer into) {
        read(offset, into);
    }

    @Override
    public void write(long offset, ByteBuffer from) {
        from.get(content, Math.toIntExact(offset), from.remaining());
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
}
