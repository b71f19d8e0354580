// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.image;

import dev.evenkeel.content.ChunkIndex;
import dev.evenkeel.content.ImageIndexer;
import dev.evenkeel.content.PackWriter;
import dev.evenkeel.core.Payload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// The chunk indexes of a release's images, and the pack with every distinct frame.
final class Chunks implements AutoCloseable {
    private final Path release;
    private final PackWriter pack;
    private final ImageIndexer indexer = new ImageIndexer();

    Chunks(Path release) throws IOException {
        this.release = release;
        Files.createDirectories(release.resolve(ReleaseFile.INDEXES));
        this.pack = PackWriter.create(release.resolve(ReleaseFile.PACK));
    }

    /// Indexes an image and describes it as a payload.
    Payload add(Payload.Kind kind, Path image, java.util.Optional<Payload.Verity> verity)
            throws IOException {
        ChunkIndex index = indexer.index(image, pack).index();
        Payload.File file = index.file();
        Files.write(
                release.resolve(ReleaseFile.INDEXES).resolve(file.digest().hex()), index.toBytes());
        return new Payload(kind, index.imageBytes(), index.image(), file, verity);
    }

    long finish() throws IOException {
        pack.finish();
        return pack.sizeBytes();
    }

    @Override
    public void close() throws IOException {
        pack.close();
    }
}
