// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.content;

import dev.evenkeel.core.Digest;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;

/// Bytes that can be read at any place: an image file, a slot, or what is packed inside of one.
public interface RandomBytes extends Closeable {
    int DIGEST_BYTES_AT_ONCE = 1 << 18;

    long sizeBytes();

    /// Fills `length` bytes of `into` from offset `at`. Throws [EOFException] where the bytes end
    /// before.
    void read(long at, byte[] into, int offset, int length) throws IOException;

    /// `length` bytes from offset `at`.
    default byte[] read(long at, int length) throws IOException {
        var bytes = new byte[length];
        read(at, bytes, 0, length);
        return bytes;
    }

    /// SHA-256 of all bytes.
    default Digest digest() throws IOException {
        MessageDigest running = Digest.sha256();
        var some = new byte[DIGEST_BYTES_AT_ONCE];
        for (long at = 0; at < sizeBytes(); ) {
            int count = (int) Math.min(some.length, sizeBytes() - at);
            read(at, some, 0, count);
            running.update(some, 0, count);
            at += count;
        }
        return Digest.ofRaw(running.digest());
    }

    /// Throws [EOFException] where not all of `length` bytes from offset `at` are there.
    default void requireInside(long at, int length) throws EOFException {
        if (at < 0 || at > sizeBytes() - length) {
            throw new EOFException("expected " + (at + length) + " bytes, found " + sizeBytes());
        }
    }

    @Override
    default void close() throws IOException {}

    /// The bytes of a file.
    static RandomBytes open(Path file) throws IOException {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
        long size = channel.size();
        return new RandomBytes() {
            @Override
            public long sizeBytes() {
                return size;
            }

            @Override
            public void read(long at, byte[] into, int offset, int length) throws IOException {
                var wanted = ByteBuffer.wrap(into, offset, length);
                while (wanted.hasRemaining()) {
                    if (channel.read(wanted, at + wanted.position() - offset) < 0) {
                        throw new EOFException(
                                file + ": expected " + (at + length) + " bytes, found " + size);
                    }
                }
            }

            @Override
            public void close() throws IOException {
                channel.close();
            }
        };
    }

    /// Bytes in memory.
    static RandomBytes of(byte[] bytes) {
        return new RandomBytes() {
            @Override
            public long sizeBytes() {
                return bytes.length;
            }

            @Override
            public void read(long at, byte[] into, int offset, int length) throws IOException {
                requireInside(at, length);
                System.arraycopy(bytes, (int) at, into, offset, length);
            }
        };
    }
}
