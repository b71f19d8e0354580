// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.image.lock;

import dev.evenkeel.core.Digest;
import dev.evenkeel.image.process.Progress;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.DigestOutputStream;
import java.security.MessageDigest;

/// A folder that keeps every locked input under its SHA-256 for ever, so that a build needs no
/// network and no mirror that still has old versions. Beside them lie things that can be made again
/// from the inputs (`cache/`).
public final class Store {
    private final Path folder;

    public Store(Path folder) {
        this.folder = folder.toAbsolutePath().normalize();
    }

    /// The store of this user: `evenkeel` in `$XDG_CACHE_HOME`, which is `~/.cache` by default.
    public static Store standard() {
        String cache = System.getenv("XDG_CACHE_HOME");
        Path parent =
                cache == null || cache.isBlank()
                        ? Path.of(System.getProperty("user.home"), ".cache")
                        : Path.of(cache);
        return new Store(parent.resolve("evenkeel"));
    }

    public Path folder() {
        return folder;
    }

    /// Where things of one kind are kept that can be made again: `trees`, `tools`, `apt`.
    public Path cache(String kind) {
        return folder.resolve("cache").resolve(kind);
    }

    /// Waits until no other process adds to this store, and keeps others waiting until it is
    /// closed.
    public StoreTurn turn(Progress progress) {
        return StoreTurn.await(folder, progress);
    }

    /// Where the content of `digest` is, or would be.
    public Path path(Digest digest) {
        return folder.resolve("store/sha256")
                .resolve(digest.hex().substring(0, 2))
                .resolve(digest.hex());
    }

    /// Whether the store holds it in full length. The digest is checked by [#verified].
    public boolean has(Digest digest, long sizeBytes) {
        try {
            Path path = path(digest);
            return Files.isRegularFile(path) && Files.size(path) == sizeBytes;
        } catch (IOException unreadable) {
            return false;
        }
    }

    /// The path of a locked input after its length and digest were checked.
    public Path verified(String name, Digest digest, long sizeBytes) {
        if (!has(digest, sizeBytes)) {
            throw new LockFault(
                    "the store has no "
                            + name
                            + " ("
                            + digest.brief()
                            + ", "
                            + sizeBytes
                            + " bytes); fetch it with 'evenkeel lock'");
        }
        Digest found = digestOf(path(digest));
        if (!found.equals(digest)) {
            throw new LockFault(
                    "the stored copy of "
                            + name
                            + " is damaged: expected SHA-256 "
                            + digest
                            + ", found "
                            + found
                            + "; delete "
                            + path(digest)
                            + " and run 'evenkeel lock' again");
        }
        return path(digest);
    }

    public Path verified(LockedPackage locked) {
        return verified(locked.toString(), locked.digest(), locked.sizeBytes());
    }

    public Path verified(LockedFile locked) {
        return verified(locked.name(), locked.digest(), locked.sizeBytes());
    }

    /// Keeps a copy of `file` and returns what a lock says about it.
    public LockedFile put(Path file) {
        try {
            Digest digest = digestOf(file);
            long size = Files.size(file);
            if (!has(digest, size)) {
                Path part = part(digest);
                Files.copy(file, part, StandardCopyOption.REPLACE_EXISTING);
                adopt(part, digest);
            }
            return new LockedFile(file.getFileName().toString(), size, digest);
        } catch (IOException broken) {
            throw new LockFault("cannot keep " + file + " in the store: " + broken, broken);
        }
    }

    /// The unfinished file of a download.
    Path part(Digest digest) throws IOException {
        Path part = folder.resolve("store/part").resolve(digest.hex());
        Files.createDirectories(part.getParent());
        return part;
    }

    /// Gives a finished and checked file its name; durable before it is visible.
    void adopt(Path part, Digest digest) throws IOException {
        try (FileChannel channel = FileChannel.open(part, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
        Path path = path(digest);
        Files.createDirectories(path.getParent());
        Files.move(part, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    static Digest digestOf(Path file) {
        MessageDigest running = Digest.sha256();
        try (InputStream in = Files.newInputStream(file);
                var out = new DigestOutputStream(OutputStream.nullOutputStream(), running)) {
            in.transferTo(out);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
        return Digest.ofRaw(running.digest());
    }
}
