// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.lab;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// A medium in one sparse file.
final class FileMedium implements Medium {
    private final FileChannel file;

    FileMedium(Path path) throws IOException {
        file = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
    }

    @Override
    public long sizeBytes() throws IOException {
        return file.size();
    }

    @Override
    public void read(long offset, ByteBuffer into) throws IOException {
        readFully(file, offset, into);
    }

    static void readFully(FileChannel file, long offset, ByteBuffer into) throws IOException {
        long at = offset;
        while (into.hasRemaining()) {
            int count = file.read(into, at);
            if (count < 0) throw new EOFException("the disk's file ends at byte " + at);
            at += count;
        }
    }

    @Override
    public void write(long offset, ByteBuffer content) throws IOException {
        writeFully(file, offset, content);
    }

    static void writeFully(FileChannel file, long offset, ByteBuffer content) throws IOException {
        long at = offset;
        while (content.hasRemaining()) {
            at += file.write(content, at);
        }
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
