// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.content.packing;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// Which parts of a file are packed, from its magic bytes and its own tables; the name of a file
/// says nothing.
final class PackedSpans {
    private static final int ZSTD_MAGIC = 0xFD2FB528;
    private static final int LZ4_LEGACY_MAGIC = 0x184C2102;
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
        if (file.startsWith(XzStream.MAGIC)) {
            return List.of(new PackedSpan(PackedKind.XZ, 0, file.bytes().length));
        }
        if (file.startsWith(LZ4_LEGACY_MAGIC)) return lz4Blocks(file);
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

    /// The frame that kernels are packed in (lz4, doc/lz4_Frame_format.md, "Legacy frame"): blocks
    /// of 8 MiB plain, each with its size before it, and maybe further frames.
    private static List<PackedSpan> lz4Blocks(LittleEndian file) {
        var spans = new ArrayList<PackedSpan>();
        long at = 0;
        while (file.has(at, 4)) {
            long bytes = file.u32(at);
            at += 4;
            if (bytes == LZ4_LEGACY_MAGIC) continue;
            if (bytes == 0 || !file.has(at, bytes)) break;
            spans.add(new PackedSpan(PackedKind.LZ4, (int) at, (int) (at + bytes)));
            at += bytes;
        }
        return spans;
    }
}
