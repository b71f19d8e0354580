// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.content.packing;

import java.util.Arrays;

/// Compares packed bytes with the expected ones as they are made.
final class ComparedPieces {
    private final byte[] expected;
    private int at;
    private boolean same = true;

    ComparedPieces(byte[] expected) {
        this.expected = expected;
    }

    /// Whether it is worth going on.
    boolean more(byte[] piece, int bytes) {
        same =
                bytes <= expected.length - at
                        && Arrays.equals(expected, at, at + bytes, piece, 0, bytes);
        at += bytes;
        return same;
    }

    boolean isWhole() {
        return same && at == expected.length;
    }
}
