// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.linux;

import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import com.sun.nio.file.ExtendedOpenOption;
import dev.evenkeel.core.Disk;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// A disk or partition of this machine, or a regular file that stands for one. Safe for several
/// threads. Do not interrupt a thread inside it: Java closes the device then (see FileChannel).
public final class BlockDevice implements Disk {
    /// What reads past the cache must be aligned to, in offset, length and memory.
    public static final int ALIGNMENT_BYTES = 4096;

    private final String name;
    private final FileChannel channel;
    private final @Nullable FileChannel direct;
    private final long size;

    private BlockDevice(String name, FileChannel channel, @Nullable FileChannel direct, long size) {
        this.name = name;
        this.channel = channel;
        this.direct = direct;
        this.size = size;
    }

    /// Opens an existing device or file; never creates one. Its size is fixed from here on.
    public static BlockDevice open(Path path, boolean writable) throws IOException {
        FileChannel channel =
                writable ? FileChannel.open(path, READ, WRITE) : FileChannel.open(path, READ);
        try {
            return new BlockDevice(path.toString(), channel, openDirect(path), channel.size());
        } catch (IOException | RuntimeException failed) {
            channel.close();
            throw failed;
        }
    }

    /// A buffer that [#readPastCache] takes: aligned memory, as many bytes as asked for.
    public static ByteBuffer alignedBuffer(int bytes) {
        return ByteBuffer.allocateDirect(bytes + ALIGNMENT_BYTES)
                .alignedSlice(ALIGNMENT_BYTES)
                .slice(0, bytes);
    }

    /// Whether [#readPastCache] keeps its word. False for regular files on filesystems without
    /// O_DIRECT, where it reads as [#read] does; block devices always have it.
    public boolean readsPastCache() {
        return direct != null;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public long sizeBytes() {
        return size;
    }

    @Override
    public void read(long offset, ByteBuffer into) throws IOException {
        within("read", offset, into);
        readFully(channel, offset, into);
    }

    @Override
    public void readPastCache(long offset, ByteBuffer into) throws IOException {
        if (offset % ALIGNMENT_BYTES != 0
                || into.remaining() % ALIGNMENT_BYTES != 0
                || !isAligned(into)) {
            throw new IllegalArgumentException(
                    name
                            + ": a read past the cache is aligned to "
                            + ALIGNMENT_BYTES
                            + " bytes in offset, length and memory");
        }
        within("read", offset, into);
        readFully(direct == null ? channel : direct, offset, into);
    }

    @Override
    public void write(long offset, ByteBuffer from) throws IOException {
        within("write", offset, from);
        long at = offset;
        try {
            while (from.hasRemaining()) at += channel.write(from, at);
        } catch (ClosedChannelException closed) {
            throw closed;
        } catch (IOException failed) {
            throw failed("write", at, failed);
        }
    }

    @Override
    public void flush() throws IOException {
        try {
            channel.force(false);
        } catch (ClosedChannelException closed) {
            throw closed;
        } catch (IOException failed) {
            throw new IOException(name + ": cannot flush: " + failed.getMessage(), failed);
        }
    }

    @Override
    public void close() throws IOException {
        try (channel) {
            if (direct != null) direct.close();
        }
    }

    private static @Nullable FileChannel openDirect(Path path) throws IOException {
        try {
            return FileChannel.open(path, READ, ExtendedOpenOption.DIRECT);
        } catch (IOException | UnsupportedOperationException refused) {
            if (Files.isRegularFile(path)) return null;
            throw refused;
        }
    }

    private static boolean isAligned(ByteBuffer buffer) {
        return buffer.isDirect() && buffer.alignmentOffset(buffer.position(), ALIGNMENT_BYTES) == 0;
    }

    private void readFully(FileChannel from, long offset, ByteBuffer into) throws IOException {
        long at = offset;
        try {
            while (into.hasRemaining()) {
                int count = from.read(into, at);
                if (count < 0) throw new EOFException("it has become shorter");
                at += count;
            }
        } catch (ClosedChannelException closed) {
            throw closed;
        } catch (IOException failed) {
            throw failed("read", at, failed);
        }
    }

    private IOException failed(String what, long at, IOException cause) {
        return new IOException(
                name + ": cannot " + what + " at " + at + ": " + cause.getMessage(), cause);
    }

    private void within(String what, long offset, ByteBuffer buffer) throws IOException {
        if (offset < 0 || offset > size - buffer.remaining()) {
            throw new EOFException(
                    name
                            + ": cannot "
                            + what
                            + " "
                            + buffer.remaining()
                            + " bytes at "
                            + offset
                            + ", it has "
                            + size);
        }
    }
}
