// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.image.tree;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/// The bytes of a file in a tree, wherever they are.
public sealed interface Content {
    long sizeBytes() throws IOException;

    InputStream open() throws IOException;

    default byte[] bytes() throws IOException {
        try (InputStream in = open()) {
            return in.readAllBytes();
        }
    }

    /// Bytes in memory.
    record Bytes(byte[] bytes) implements Content {
        @Override
        public long sizeBytes() {
            return bytes.length;
        }

        @Override
        public InputStream open() {
            return new ByteArrayInputStream(bytes);
        }
    }

    /// A whole file of the host.
    record Host(Path file) implements Content {
        @Override
        public long sizeBytes() throws IOException {
            return Files.size(file);
        }

        @Override
        public InputStream open() throws IOException {
            return Files.newInputStream(file);
        }
    }

    /// A piece of a file of the host, such as one member of a tar archive.
    record Piece(Path file, long offset, long sizeBytes) implements Content {
        @Override
        public InputStream open() throws IOException {
            FileChannel channel = FileChannel.open(file);
            channel.position(offset);
            return new Bounded(Channels.newInputStream(channel), sizeBytes);
        }
    }
}
