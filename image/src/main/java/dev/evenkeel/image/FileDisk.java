// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.image;

import dev.evenkeel.core.Disk;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// A disk image file as a disk, for the formats that are written through that port.
final class FileDisk implements Disk {
    private final Path file;
    private final FileChannel channel;

    FileDisk(Path file) throws IOException {
        this.file = file;
        this.channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
    }

    @Override
    public String name() {
        return file.toString();
    }

    @Override
    public long sizeBytes() {
        try {
            return channel.size();
        } catch (IOException broken) {
            throw new BuildFault.Unwritable("asking for the size of " + file, broken);
        }
    }

    @Override
    public void read(long offset, ByteBuffer into) throws IOException {
        for (long at = offset; into.hasRemaining(); ) {
            int n = channel.read(into, at);
            if (n < 0) throw new EOFException(file + " ends at " + at);
            at += n;
        }
    }

    @Override
    public void readPastCache(long offset, ByteBuffer into) throws IOException {
        read(offset, into);
    }

    @Override
    public void write(long offset, ByteBuffer from) throws IOException {
        if (offset + from.remaining() > sizeBytes())
            throw new IOException("a write past the end of " + file);
        for (long at = offset; from.hasRemaining(); ) at += channel.write(from, at);
    }

    @Override
    public void flush() throws IOException {
        channel.force(false);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
