// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.content.packing;

/// Packed bytes inside of a file, which come back bit by bit when `packing` packs `plain`.
///
/// @param at where they begin in the file
public record Member(int at, int packedBytes, byte[] plain, Packing packing) {
    public Member {
        if (at < 0 || packedBytes < 0) {
            throw new IllegalArgumentException("member of " + packedBytes + " bytes at " + at);
        }
    }

    /// Where they end.
    public int end() {
        return at + packedBytes;
    }
}
