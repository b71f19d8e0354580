// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.content;

import dev.evenkeel.core.Digest;
import dev.evenkeel.core.MalformedInput;
import dev.evenkeel.core.Payload;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.Map;

/// Puts an image together again from the repository that holds it only as chunks. One chunk at a
/// time, each checked, and the whole at the end.
final class ImageRebuild {
    private final ContentFolder folder;

    ImageRebuild(ContentFolder folder) {
        this.folder = folder;
    }

    /// Throws [ContentFault] or [MalformedInput] where the repository does not give the image.
    void write(Payload payload, Path image) throws IOException {
        var scan = new RepositoryScan(folder);
        RepositoryScan.Entry entry =
                scan.entry(payload.index().digest())
                        .orElseThrow(() -> new MalformedInput(scan.problems().getFirst()));
        MessageDigest running = Digest.sha256();
        Map<Digest, PackFile> open = new HashMap<>();
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(image), 1 << 20)) {
            for (int i = 0; i < entry.index().chunks().size(); i++) {
                byte[] raw = chunk(entry, i, open);
                running.update(raw);
                out.write(raw);
            }
        } finally {
            for (PackFile pack : open.values()) pack.close();
        }
        Digest found = Digest.ofRaw(running.digest());
        if (!found.equals(payload.digest())) {
            throw new ContentFault.WrongImage(
                    ContentPath.index(payload.index().digest()), payload.digest(), found);
        }
    }

    private byte[] chunk(RepositoryScan.Entry entry, int number, Map<Digest, PackFile> open)
            throws IOException {
        Chunk chunk = entry.index().chunk(number);
        Digest name = entry.locations().pack(number);
        try {
            PackFile pack = open.get(name);
            if (pack == null) {
                pack = PackFile.open(folder.pack(name));
                open.put(name, pack);
            }
            return Frame.unpack(
                    pack.read(entry.locations().offset(number), chunk.frameBytes()), chunk);
        } catch (NoSuchFileException missing) {
            throw new ContentFault.NotCarried(ContentPath.pack(name));
        }
    }
}
