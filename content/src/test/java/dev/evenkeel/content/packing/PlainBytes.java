// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.content.packing;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.random.RandomGenerator;

/// Bytes to pack: words, noise, runs, repeats from near and far, as real files have them.
final class PlainBytes {
    /// Where encoders change their mind: around the window, its half, and the size of a block.
    private static final int[] BORDERS = {
        0, 1, 2, 3, 258, 16_383, 32_506, 32_768, 65_274, 65_275, 65_536, 98_042, 131_072, 200_000
    };

    private PlainBytes() {}

    static byte[] ofBorderSize(RandomGenerator random) {
        int border = BORDERS[random.nextInt(BORDERS.length)];
        return of(random, Math.max(0, border + random.nextInt(-3, 4)));
    }

    static byte[] of(RandomGenerator random, int size) {
        var bytes = new ByteArrayOutputStream();
        while (bytes.size() < size) bytes.writeBytes(piece(random, bytes));
        return Arrays.copyOf(bytes.toByteArray(), size);
    }

    private static byte[] piece(RandomGenerator random, ByteArrayOutputStream before) {
        int size = random.nextInt(1, 1 << random.nextInt(3, 15));
        var piece = new byte[size];
        switch (random.nextInt(5)) {
            case 0 -> random.nextBytes(piece);
            case 1 -> Arrays.fill(piece, (byte) random.nextInt());
            case 2 -> {
                int letters = random.nextInt(2, 40);
                for (int i = 0; i < size; i++) piece[i] = (byte) ('a' + random.nextInt(letters));
            }
            case 3 -> {
                int period = random.nextInt(1, 300);
                for (int i = 0; i < size; i++) {
                    piece[i] = i < period ? (byte) random.nextInt(64) : piece[i - period];
                }
            }
            default -> {
                byte[] all = before.toByteArray();
                if (all.length == 0) return piece;
                int from = random.nextInt(all.length);
                return Arrays.copyOfRange(all, from, Math.min(all.length, from + size));
            }
        }
        return piece;
    }
}
