// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.content;

import dev.evenkeel.content.filesystem.FilesystemLayout;
import dev.evenkeel.content.packing.Lz4Block;
import dev.evenkeel.core.Digest;
import dev.evenkeel.core.MalformedInput;
import dev.evenkeel.fuzz.Target;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// What carriers bring: indexes, locations and frames.
public final class ContentTargets {
    private static final String GOLDEN = "../content/src/test/resources/golden/";

    /// Where locations name the index that they are for: `docs/formats/locations.md`.
    private static final int INDEX_NAME_OFFSET = 20;

    private ContentTargets() {}

    public static List<Target> all() {
        return List.of(
                Target.of(
                                "chunk-index",
                                bytes -> Optional.of(ChunkIndex.read(bytes).toBytes()),
                                MalformedInput.class)
                        .from(GOLDEN + "index-v1.bin"),
                Target.of(
                                "locations",
                                bytes -> Optional.of(Locations.read(bytes, named(bytes)).toBytes()),
                                MalformedInput.class)
                        .from(GOLDEN + "locations-v1.bin"),
                Target.of("frame", ContentTargets::frame, ContentFault.class),
                Target.of("filesystem-layout", ContentTargets::layout),
                Target.of("lz4-block", ContentTargets::lz4, MalformedInput.class));
    }

    /// The index that these locations are for, so that they are read and not put aside.
    private static Digest named(byte[] bytes) {
        int end = INDEX_NAME_OFFSET + Digest.SIZE_BYTES;
        return bytes.length < end
                ? Digest.of(bytes)
                : Digest.ofRaw(Arrays.copyOfRange(bytes, INDEX_NAME_OFFSET, end));
    }

    /// The worst case: an index, signed, that names this very frame and lies about what is in it.
    /// The first byte says how long the chunk is said to be, in units of 16 bytes.
    private static Optional<byte[]> frame(byte[] bytes) {
        int rawBytes = bytes.length == 0 ? 1 : 1 + 16 * Byte.toUnsignedInt(bytes[0]);
        byte[] frame = bytes.length == 0 ? bytes : Arrays.copyOfRange(bytes, 1, bytes.length);
        if (frame.length == 0) return Optional.empty();
        Digest any = Digest.of(new byte[rawBytes]);
        Frame.unpack(frame, new Chunk(rawBytes, any, frame.length, Digest.of(frame)));
        return Optional.empty();
    }

    /// No refusals: of damaged images less is told, and that within their bounds and in order,
    /// which the layout itself holds.
    private static Optional<byte[]> layout(byte[] bytes) {
        try {
            FilesystemLayout.read(RandomBytes.of(bytes));
            return Optional.empty();
        } catch (IOException never) {
            throw new UncheckedIOException(never);
        }
    }

    private static Optional<byte[]> lz4(byte[] bytes) {
        Lz4Block.unpack(bytes, new byte[128 << 10]);
        return Optional.empty();
    }
}
