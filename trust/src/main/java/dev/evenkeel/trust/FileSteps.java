// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.trust;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;

/// The single steps that change files, so that a test can stop the process between any two.
interface FileSteps {
    void createFolder(Path folder) throws IOException;

    /// Creates or replaces the file, whole and flushed.
    void write(Path file, byte[] bytes) throws IOException;

    /// Atomic: afterwards `to` is the old or the new file.
    void rename(Path from, Path to) throws IOException;

    /// Makes creations and renames in this folder durable.
    void flushFolder(Path folder) throws IOException;

    static FileSteps real() {
        return new Real(new FileAttribute<?>[0], new FileAttribute<?>[0]);
    }

    /// Files that only their owner reads (0600, in folders of 0700), from their first instant on.
    static FileSteps ownerOnly() {
        return new Real(attributes("rwx------"), attributes("rw-------"));
    }

    private static FileAttribute<?>[] attributes(String permissions) {
        return new FileAttribute<?>[] {
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
        };
    }

    /// On the file system, with the given attributes at creation.
    record Real(FileAttribute<?>[] ofFolders, FileAttribute<?>[] ofFiles) implements FileSteps {
        @Override
        public void createFolder(Path folder) throws IOException {
            Files.createDirectory(folder, ofFolders);
        }

        @Override
        public void write(Path file, byte[] bytes) throws IOException {
            Files.deleteIfExists(file);
            Files.createFile(file, ofFiles);
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                ByteBuffer left = ByteBuffer.wrap(bytes);
                while (left.hasRemaining()) channel.write(left);
                channel.force(true);
            }
        }

        @Override
        public void rename(Path from, Path to) throws IOException {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        }

        @Override
        public void flushFolder(Path folder) throws IOException {
            try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
                channel.force(true);
            }
        }
    }
}
