// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.content;

import dev.evenkeel.core.Digest;
import java.io.IOException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Makes the chunk index of an image and adds its frames to a pack. Borders follow the files inside
/// of the image, where it is a filesystem that [ImageRegions] understands. Streams: memory is
/// bounded by the number of workers, whatever the image's size. The same image gives the same
/// bytes, however many workers there are.
public final class ImageIndexer {
    private final int workers;

    /// An image's index, and what the image added to the pack.
    ///
    /// @param newChunks chunks that the pack did not have before
    /// @param newFrameBytes what they added to it
    public record Indexed(ChunkIndex index, int newChunks, long newFrameBytes) {}

    private record Packed(Chunk chunk, byte[] frame) {}

    public ImageIndexer(int workers) {
        this.workers = workers;
    }

    /// As many workers as there are processors.
    public ImageIndexer() {
        this(Runtime.getRuntime().availableProcessors());
    }

    public Indexed index(Path image, PackWriter pack) throws IOException {
        int chunksBefore = pack.chunkCount();
        long bytesBefore = pack.sizeBytes();
        MessageDigest running = Digest.sha256();
        List<Chunk> chunks = new ArrayList<>();
        long imageBytes = 0;
        try (RandomBytes bytes = RandomBytes.open(image)) {
            var chunker = new ImageChunker(bytes, ImageRegions.of(bytes));
            Parallel.inOrder(
                    () -> hashed(chunker.next(), running),
                    workers,
                    raw -> pack(raw, pack),
                    packed -> {
                        pack.add(packed.chunk(), packed.frame());
                        chunks.add(packed.chunk());
                    });
        }
        for (Chunk chunk : chunks) {
            imageBytes += chunk.rawBytes();
        }
        return new Indexed(
                new ChunkIndex(imageBytes, Digest.ofRaw(running.digest()), chunks),
                pack.chunkCount() - chunksBefore,
                pack.sizeBytes() - bytesBefore);
    }

    private static Optional<byte[]> hashed(Optional<byte[]> raw, MessageDigest running) {
        raw.ifPresent(running::update);
        return raw;
    }

    private static Packed pack(byte[] raw, PackWriter pack) {
        Optional<Chunk> known = pack.find(Digest.of(raw));
        if (known.isPresent()) return new Packed(known.get(), new byte[0]);
        byte[] frame = Frame.pack(raw);
        return new Packed(Frame.describe(raw, frame), frame);
    }
}
