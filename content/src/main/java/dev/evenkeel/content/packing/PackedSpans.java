// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.content.packing;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// Which parts of a file are packed, from its magic bytes and its own tables; the name of a file
/// says nothing.
final class PackedSpans {
    private static final int ZSTD_MAGIC = 0xFD2FB528;
    private static final int ZIP_MAGIC = 0x04034B50;
    private static final int SCRIPT_MAGIC = 0x2123;

    private PackedSpans() {}

    /// In order of their places.
    static List<PackedSpan> of(byte[] bytes) {
        var file = new LittleEndian(bytes);
        List<PackedSpan> whole = ofPacked(file);
        if (!whole.isEmpty()) return whole;
        // a script before it makes a zip file a program: `#!`
        if (file.startsWith(ZIP_MAGIC) || file.u16(0) == SCRIPT_MAGIC) return ZipFile.spans(file);
        return KernelImage.payload(file)
                .map(payload -> ofPayload(bytes, payload))
                .orElse(List.of());
    }

    private static List<PackedSpan> ofPacked(LittleEndian file) {
        if (file.startsWith(ZSTD_MAGIC)) {
            return List.of(new PackedSpan(PackedKind.ZSTD, 0, file.bytes().length));
        }
        Optional<PackedSpan> gzip = GzipFile.at(file, 0);
        return gzip.map(List::of).orElse(List.of());
    }

    private static List<PackedSpan> ofPayload(byte[] file, KernelImage.Payload payload) {
        byte[] packed = Arrays.copyOfRange(file, payload.at(), payload.end());
        // gzip has the plain size as its last field, all others have it behind them
        int end = GzipFile.at(new LittleEndian(packed), 0).isPresent() ? 0 : KernelImage.SIZE_BYTES;
        byte[] bare = Arrays.copyOf(packed, packed.length - end);
        return ofPacked(new LittleEndian(bare)).stream()
                .map(span -> span.movedBy(payload.at()))
                .toList();
    }
}
