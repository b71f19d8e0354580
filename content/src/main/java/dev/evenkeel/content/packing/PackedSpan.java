// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.content.packing;

/// Where something seems to be packed inside of a file.
///
/// @param end -1 where only the decoder can tell: a deflate stream in a gzip file
public record PackedSpan(PackedKind kind, int at, int end) {
    private static final int OPEN = -1;

    public PackedSpan {
        if (at < 0 || (end != OPEN && end < at)) {
            throw new IllegalArgumentException("span " + at + " to " + end);
        }
    }

    static PackedSpan openEnded(PackedKind kind, int at) {
        return new PackedSpan(kind, at, OPEN);
    }

    boolean isOpenEnded() {
        return end == OPEN;
    }

    PackedSpan movedBy(int bytes) {
        return new PackedSpan(kind, at + bytes, isOpenEnded() ? OPEN : end + bytes);
    }
}
