// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.content;

import dev.evenkeel.core.Digest;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.InstantSource;

/// The steps by which files change in a repository folder: a port, so that a test can stop between
/// any two of them as a crash would.
class FileSteps {
    private final InstantSource clock;

    FileSteps(InstantSource clock) {
        this.clock = clock;
    }

    FileSteps() {
        this(InstantSource.system());
    }

    PackWriter startPack(Path file) throws IOException {
        return PackWriter.create(file);
    }

    Digest finishPack(PackWriter pack) throws IOException {
        return pack.finish();
    }

    /// Makes the new file `file`; its bytes are on the medium when this returns.
    void write(Path file, byte[] bytes) throws IOException {
        Files.write(file, bytes, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        sync(file);
    }

    /// Makes the new file `to` with the bytes of `from`; they are on the medium when this returns.
    void copyFile(Path from, Path to) throws IOException {
        Files.copy(from, to);
        sync(to);
    }

    /// The file appears under its final name, wholly or not at all.
    void move(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    void delete(Path file) throws IOException {
        Files.deleteIfExists(file);
    }

    /// The file counts as written just now.
    void touch(Path file) throws IOException {
        Files.setLastModifiedTime(file, FileTime.from(clock.instant()));
    }

    /// The names in `folder` are on the medium when this returns.
    void syncFolder(Path folder) throws IOException {
        sync(folder);
    }

    private static void sync(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
