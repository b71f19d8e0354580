// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.lab;

import dev.evenkeel.content.Chunk;
import dev.evenkeel.content.ChunkIndex;
import dev.evenkeel.core.Digest;
import dev.evenkeel.core.Limits;
import dev.evenkeel.core.Manifest;
import dev.evenkeel.core.Payload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// How many bytes an update cannot do without: the frames of the chunks that the running release
/// does not have, each once for each image. What a server served beyond it was fetched twice, or
/// was a gap inside a range.
public final class BytesNeeded {
    private BytesNeeded() {}

    public static long toUpdate(Path runningRelease, Path newRelease) throws IOException {
        return toUpdate(indexes(runningRelease), indexes(newRelease));
    }

    static long toUpdate(List<ChunkIndex> running, List<ChunkIndex> wanted) {
        Set<Digest> held = new HashSet<>();
        for (ChunkIndex index : running) {
            for (Chunk chunk : index.chunks()) {
                held.add(chunk.raw());
            }
        }
        long bytes = 0;
        for (ChunkIndex index : wanted) {
            var inImage = new HashSet<>(held);
            for (Chunk chunk : index.chunks()) {
                if (inImage.add(chunk.raw())) bytes += chunk.frameBytes();
            }
        }
        return bytes;
    }

    private static List<ChunkIndex> indexes(Path release) throws IOException {
        Manifest manifest = Manifest.read(Files.readAllBytes(release.resolve("manifest.json")));
        var indexes = new ArrayList<ChunkIndex>();
        for (Payload payload : manifest.payloads()) {
            Path file = release.resolve("indexes").resolve(payload.index().digest().hex());
            if (Files.size(file) > Limits.INDEX_BYTES) {
                throw new LabFailure(file + " is larger than any index");
            }
            indexes.add(ChunkIndex.read(Files.readAllBytes(file)));
        }
        return indexes;
    }
}
