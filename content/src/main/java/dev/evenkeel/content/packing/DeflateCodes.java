// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.content.packing;

import java.util.Arrays;

/// The alphabets of RFC 1951, 3.2.5 to 3.2.7, and the fixed codes.
final class DeflateCodes {
    static final int LITERALS = 256;
    static final int END_OF_BLOCK = 256;
    static final int LENGTH_CODES = LITERALS + 1 + 29;
    static final int DISTANCE_CODES = 30;
    static final int LENGTHS_OF_LENGTHS = 19;

    static final int MIN_MATCH = 3;
    static final int MAX_MATCH = 258;

    /// In which order a block tells the lengths of the codes for code lengths.
    static final int[] LENGTH_ORDER = {
        16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15
    };

    static final int[] EXTRA_LENGTH_BITS = new int[29];
    static final int[] EXTRA_DISTANCE_BITS = new int[DISTANCE_CODES];
    static final int[] EXTRA_RUN_BITS = new int[LENGTHS_OF_LENGTHS];

    /// The first length, less three, and the first distance, less one, of each code.
    static final int[] FIRST_LENGTH = new int[29];

    static final int[] FIRST_DISTANCE = new int[DISTANCE_CODES];

    static final int[] FIXED_LENGTHS = new int[288];
    static final int[] FIXED_CODES;
    static final int[] FIXED_DISTANCE_LENGTHS = new int[DISTANCE_CODES];
    static final int[] FIXED_DISTANCE_CODES;

    private static final byte[] LENGTH_CODE = new byte[256];
    private static final byte[] NEAR = new byte[256];
    private static final byte[] FAR = new byte[256];

    static {
        for (int code = 0, length = 0; code < 28; code++) {
            EXTRA_LENGTH_BITS[code] = code < 8 ? 0 : code / 4 - 1;
            FIRST_LENGTH[code] = length;
            int end = Math.min(256, length + (1 << EXTRA_LENGTH_BITS[code]));
            while (length < end) LENGTH_CODE[length++] = (byte) code;
        }
        // 258 has a code of its own, although the one before could tell it
        LENGTH_CODE[255] = 28;
        FIRST_LENGTH[28] = 255;
        for (int code = 0, distance = 0; code < DISTANCE_CODES; code++) {
            EXTRA_DISTANCE_BITS[code] = code < 4 ? 0 : code / 2 - 1;
            FIRST_DISTANCE[code] = distance;
            int end = distance + (1 << EXTRA_DISTANCE_BITS[code]);
            for (; distance < end; distance++) {
                if (distance < 256) NEAR[distance] = (byte) code;
                else FAR[distance >> 7] = (byte) code;
            }
        }
        EXTRA_RUN_BITS[16] = 2;
        EXTRA_RUN_BITS[17] = 3;
        EXTRA_RUN_BITS[18] = 7;
        for (int symbol = 0; symbol < 288; symbol++) {
            FIXED_LENGTHS[symbol] = symbol < 144 ? 8 : symbol < 256 ? 9 : symbol < 280 ? 7 : 8;
        }
        FIXED_CODES = HuffmanTree.codes(FIXED_LENGTHS, 287);
        Arrays.fill(FIXED_DISTANCE_LENGTHS, 5);
        FIXED_DISTANCE_CODES = HuffmanTree.codes(FIXED_DISTANCE_LENGTHS, DISTANCE_CODES - 1);
    }

    private DeflateCodes() {}

    /// @param length less three
    static int lengthCode(int length) {
        return LENGTH_CODE[length];
    }

    /// @param distance less one
    static int distanceCode(int distance) {
        return distance < 256 ? NEAR[distance] : FAR[distance >> 7];
    }
}
