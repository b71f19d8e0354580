// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.content;

import dev.evenkeel.core.Disk;
import java.io.IOException;
import java.nio.ByteBuffer;

/// A disk in memory; a part of it can be made unreadable.
final class MemoryDisk implements Disk {
    final byte[] bytes;
    private long badFrom = Long.MAX_VALUE;

    MemoryDisk(byte[] bytes) {
        this.bytes = bytes.clone();
    }

    MemoryDisk unreadableFrom(long offset) {
        badFrom = offset;
        return this;
    }

    @Override
    public String name() {
        return "memory";
    }

    @Override
    public long sizeBytes() {
        return bytes.length;
    }

    @Override
    public void read(long offset, ByteBuffer into) throws IOException {
        if (offset + into.remaining() > badFrom) throw new IOException("bad sector");
        into.put(bytes, Math.toIntExact(offset), into.remaining());
    }

    @Override
    public void readPastCache(long offset, ByteBuffer into) throws IOException {
        read(offset, into);
    }

    @Override
    public void write(long offset, ByteBuffer from) {
        from.get(bytes, Math.toIntExact(offset), from.remaining());
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
}
