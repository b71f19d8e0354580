// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.content;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// A stream over a part of a file.
final class FileRange extends FilterInputStream {
    private long left;

    private FileRange(InputStream in, long length) {
        super(in);
        this.left = length;
    }

    static InputStream open(Path file, long from, long length) throws IOException {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
        return new FileRange(Channels.newInputStream(channel.position(from)), length);
    }

    @Override
    public int read() throws IOException {
        if (left <= 0) return -1;
        int next = super.read();
        if (next >= 0) left--;
        return next;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        if (left <= 0) return length == 0 ? 0 : -1;
        int count = super.read(into, offset, (int) Math.min(left, length));
        if (count > 0) left -= count;
        return count;
    }

    @Override
    public long skip(long count) throws IOException {
        long skipped = super.skip(Math.min(left, count));
        left -= skipped;
        return skipped;
    }

    @Override
    public int available() throws IOException {
        return (int) Math.min(left, super.available());
    }

    @Override
    public boolean markSupported() {
        return false;
    }
}
