// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.content.packing;

import java.util.List;

/// Which parts of a file are packed, from its magic bytes and its own tables.
final class PackedSpans {
    private static final int ZSTD_MAGIC = 0xFD2FB528;

    private PackedSpans() {}

    static List<PackedSpan> of(String path, byte[] file) {
        var bytes = new LittleEndian(file);
        if (bytes.startsWith(ZSTD_MAGIC)) {
            return List.of(new PackedSpan(PackedKind.ZSTD, 0, file.length));
        }
        return List.of();
    }
}
