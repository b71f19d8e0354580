// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.content;

import dev.evenkeel.content.delta.DeltaFile;
import dev.evenkeel.content.delta.DeltaHead;
import dev.evenkeel.core.Digest;
import dev.evenkeel.core.MalformedInput;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/// A delta of a repository: one file, named by the digest of its prefix and head, which name every
/// frame in it.
///
/// @param headBytes prefix and head as they stand at the start of the file: what is signed
/// @param sizeBytes of the whole file
/// @param old the image that it needs
/// @param fresh the image that it makes
/// @param memoryBytes what applying it takes
public record StoredDelta(
        byte[] headBytes, long sizeBytes, Digest old, Digest fresh, long memoryBytes) {
    /// What the head of `file` says. Throws [MalformedInput] where the file is no delta or is cut
    /// off; the frames are not read.
    public static StoredDelta read(Path file) throws IOException {
        byte[] start = start(file);
        try (DeltaFile delta = DeltaFile.open(file)) {
            DeltaHead head = delta.head();
            return new StoredDelta(
                    start, Files.size(file), head.old(), head.fresh(), head.memoryBytes());
        }
    }

    private static byte[] start(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] prefix = in.readNBytes(DeltaHead.PREFIX_BYTES);
            int headBytes = DeltaHead.headBytes(prefix);
            if (headBytes > Files.size(file)) {
                throw new MalformedInput("delta: it ends before its head does");
            }
            var start = new byte[headBytes];
            System.arraycopy(prefix, 0, start, 0, prefix.length);
            int rest = in.readNBytes(start, prefix.length, headBytes - prefix.length);
            if (rest != headBytes - prefix.length) {
                throw new MalformedInput("delta: it became shorter while it was read");
            }
            return start;
        }
    }

    /// Throws [MalformedInput] unless every frame of `file` is the one that its head names.
    static void requireFrames(Path file) throws IOException {
        try (DeltaFile delta = DeltaFile.open(file)) {
            for (int i = 0; i < delta.head().frames().size(); i++) {
                DeltaHead.FrameEntry entry = delta.head().frames().get(i);
                Digest found = Digest.of(delta.frame(i));
                if (!found.equals(entry.digest())) {
                    throw new MalformedInput(
                            "delta, frame "
                                    + i
                                    + ": expected SHA-256 "
                                    + entry.digest()
                                    + ", found "
                                    + found);
                }
            }
        }
    }

    /// Its name in the repository, see [ContentPath#delta].
    public Digest name() {
        return Digest.of(headBytes);
    }

    /// The TUF target that leads to it.
    public String target() {
        return ContentPath.deltaTarget(old, fresh);
    }
}
