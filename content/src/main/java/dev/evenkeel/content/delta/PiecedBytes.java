// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.content.delta;

import dev.evenkeel.content.RandomBytes;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;

/// Pieces of one image, on whichever level, read as if they stood one after the other: a file whose
/// bytes lie apart.
final class PiecedBytes implements RandomBytes {
    /// @param level on which level of the image the bytes stand
    record Piece(int level, long at, int length) {}

    private final List<RandomBytes> levels;
    private final List<Piece> pieces;
    private final int[] starts;
    private final int sizeBytes;

    PiecedBytes(List<RandomBytes> levels, List<Piece> pieces) {
        this.levels = levels;
        this.pieces = List.copyOf(pieces);
        starts = new int[pieces.size()];
        int size = 0;
        for (int i = 0; i < starts.length; i++) {
            starts[i] = size;
            size = Math.addExact(size, pieces.get(i).length());
        }
        sizeBytes = size;
    }

    List<Piece> pieces() {
        return pieces;
    }

    @Override
    public long sizeBytes() {
        return sizeBytes;
    }

    @Override
    public void read(long at, byte[] into, int offset, int length) throws IOException {
        requireInside(at, length);
        int filled = 0;
        int number = Arrays.binarySearch(starts, (int) at);
        if (number < 0) number = -number - 2;
        while (filled < length) {
            Piece piece = pieces.get(number);
            int inPiece = (int) at + filled - starts[number];
            int some = Math.min(length - filled, piece.length() - inPiece);
            levels.get(piece.level()).read(piece.at() + inPiece, into, offset + filled, some);
            filled += some;
            number++;
        }
    }
}
