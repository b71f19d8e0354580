// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.content;

import dev.evenkeel.core.MalformedInput;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// Reads frames out of a pack in a file.
final class PackFile implements Closeable {
    private static final int LONGEST_HEADER = 0xffff;

    private final FileChannel channel;
    private final long sizeBytes;
    private final int headerBytes;

    private PackFile(FileChannel channel) throws IOException {
        this.channel = channel;
        this.sizeBytes = channel.size();
        byte[] start = readAt(channel, 0, (int) Math.min(LONGEST_HEADER, sizeBytes));
        PackWriter.HEADER.read(start, LONGEST_HEADER);
        this.headerBytes = FormatHeader.length(start);
    }

    static PackFile open(Path file) throws IOException {
        FileChannel channel =
                FileChannel.open(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
        try {
            return new PackFile(channel);
        } catch (IOException | MalformedInput unreadable) {
            channel.close();
            throw unreadable;
        }
    }

    /// Where the first frame starts.
    long start() {
        return headerBytes;
    }

    long sizeBytes() {
        return sizeBytes;
    }

    /// `length` bytes at `offset`, fewer where the pack ends before.
    byte[] read(long offset, int length) throws IOException {
        return readAt(channel, offset, Math.clamp(sizeBytes - offset, 0, length));
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    private static byte[] readAt(FileChannel channel, long offset, int length) throws IOException {
        ByteBuffer into = ByteBuffer.allocate(length);
        while (into.hasRemaining()) {
            if (channel.read(into, offset + into.position()) < 0) {
                throw new IOException("a pack became shorter while it was read");
            }
        }
        return into.array();
    }
}
