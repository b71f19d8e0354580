// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.boot;

import dev.evenkeel.core.Disk;
import java.io.IOException;
import java.nio.ByteBuffer;

/// A part of a disk as a disk of its own: a partition of a disk image. Closing it leaves the whole
/// disk open.
public final class DiskSlice implements Disk {
    private final Disk whole;
    private final String name;
    private final long start;
    private final long size;

    public DiskSlice(Disk whole, String name, long start, long sizeBytes) {
        if (start < 0 || sizeBytes < 0 || start > whole.sizeBytes() - sizeBytes) {
            throw new IllegalArgumentException(
                    whole.name() + ": has no " + sizeBytes + " bytes at " + start + " for " + name);
        }
        this.whole = whole;
        this.name = name;
        this.start = start;
        this.size = sizeBytes;
    }

    /// The partition called `name` of a disk with a GPT.
    public static DiskSlice partition(Disk whole, String name) throws IOException {
        Gpt.Partition partition = Gpt.read(whole).partition(name);
        return new DiskSlice(whole, name, partition.offset(), partition.sizeBytes());
    }

    @Override
    public String name() {
        return whole.name() + " (" + name + ")";
    }

    @Override
    public long sizeBytes() {
        return size;
    }

    @Override
    public void read(long offset, ByteBuffer into) throws IOException {
        whole.read(start + inside("read", offset, into), into);
    }

    @Override
    public void readPastCache(long offset, ByteBuffer into) throws IOException {
        whole.readPastCache(start + inside("read", offset, into), into);
    }

    @Override
    public void write(long offset, ByteBuffer from) throws IOException {
        whole.write(start + inside("write", offset, from), from);
    }

    @Override
    public void flush() throws IOException {
        whole.flush();
    }

    @Override
    public void close() {}

    private long inside(String what, long offset, ByteBuffer buffer) throws IOException {
        if (offset < 0 || offset > size - buffer.remaining()) {
            throw new IOException(
                    name()
                            + ": cannot "
                            + what
                            + " "
                            + buffer.remaining()
                            + " bytes at "
                            + offset
                            + ", it has "
                            + size);
        }
        return offset;
    }
}
