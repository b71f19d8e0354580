// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.content.delta;

import dev.evenkeel.content.RandomBytes;
import java.io.IOException;
import java.util.List;

/// Bytes on the topmost level of an image.
record Piece(long at, int length) {
    /// The bytes of all `pieces`, one after the other.
    static byte[] read(RandomBytes level, List<Piece> pieces) throws IOException {
        int size = 0;
        for (Piece piece : pieces) size = Math.addExact(size, piece.length());
        var bytes = new byte[size];
        int filled = 0;
        for (Piece piece : pieces) {
            level.read(piece.at(), bytes, filled, piece.length());
            filled += piece.length();
        }
        return bytes;
    }

    long end() {
        return at + length;
    }
}
