// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.cli;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;

/// Files that a command reads or writes whole.
final class SmallFiles {
    private static final int MOST_BYTES = 16 << 20;

    private SmallFiles() {}

    static byte[] read(Path file) throws IOException {
        if (Files.size(file) > MOST_BYTES) {
            throw CommandFault.refused(file + " has more than " + MOST_BYTES + " bytes");
        }
        return Files.readAllBytes(file);
    }

    /// A file that only its owner reads and that was not there before: keys are never overwritten.
    static void createSecret(Path file, byte[] bytes) throws IOException {
        if (Files.exists(file)) throw new FileAlreadyExistsException(file + " exists already");
        write(file, bytes, "rw-------");
    }

    /// Appears complete or not at all, and survives a power cut.
    static void write(Path file, byte[] bytes) throws IOException {
        write(file, bytes, "rw-r--r--");
    }

    private static void write(Path file, byte[] bytes, String permissions) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        if (folder != null) Files.createDirectories(folder);
        Path half =
                Files.createTempFile(
                        folder,
                        ".new",
                        "",
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString("rw-------")));
        try (FileChannel out = FileChannel.open(half, StandardOpenOption.WRITE)) {
            ByteBuffer left = ByteBuffer.wrap(bytes);
            while (left.hasRemaining()) out.write(left);
            out.force(true);
        }
        Files.setPosixFilePermissions(half, PosixFilePermissions.fromString(permissions));
        Files.move(half, file, StandardCopyOption.ATOMIC_MOVE);
    }
}
