// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.content;

import dev.evenkeel.core.Digest;
import dev.evenkeel.core.Manifest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// The content of a repository in a folder: indexes, packs and locations.
public final class ContentFolder implements ContentSource {
    /// What a release added.
    ///
    /// @param newChunks chunks that the repository lacked
    /// @param newBytes size of the pack with them; 0 when there was nothing to add
    /// @param pack its name; empty when there was nothing to add
    public record Published(int newChunks, long newBytes, Optional<Digest> pack) {}

    /// What a check of every byte found.
    public record Check(
            int indexes, int packs, long bytes, List<String> problems, List<String> leftovers) {
        public boolean isSound() {
            return problems.isEmpty();
        }
    }

    private final Path root;

    private ContentFolder(Path root) {
        this.root = root;
    }

    public static ContentFolder open(Path root) throws IOException {
        return new ContentFolder(root);
    }

    public Published publish(Path releaseFolder, Manifest manifest) throws IOException {
        requireOpen(manifest.name());
        return new Published(0, 0, Optional.empty());
    }

    public Optional<Path> file(String relative) {
        return Optional.of(root.resolve(relative));
    }

    public Check check() throws IOException {
        requireOpen("");
        return new Check(0, 0, 0, List.of(), List.of());
    }

    @Override
    public byte[] fetch(String path, int maxBytes) throws IOException {
        requireOpen(path);
        return new byte[0];
    }

    @Override
    public InputStream open(String path, long from, long length) throws IOException {
        requireOpen(path);
        return InputStream.nullInputStream();
    }

    private void requireOpen(String path) throws IOException {
        if (!file(path).isPresent()) throw new IOException(path);
        throw new IOException(path + ": not published yet");
    }
}
