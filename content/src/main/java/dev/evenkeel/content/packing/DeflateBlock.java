// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.content.packing;

import static dev.evenkeel.content.packing.DeflateCodes.DISTANCE_CODES;
import static dev.evenkeel.content.packing.DeflateCodes.END_OF_BLOCK;
import static dev.evenkeel.content.packing.DeflateCodes.EXTRA_DISTANCE_BITS;
import static dev.evenkeel.content.packing.DeflateCodes.EXTRA_LENGTH_BITS;
import static dev.evenkeel.content.packing.DeflateCodes.EXTRA_RUN_BITS;
import static dev.evenkeel.content.packing.DeflateCodes.LENGTHS_OF_LENGTHS;
import static dev.evenkeel.content.packing.DeflateCodes.LENGTH_CODES;
import static dev.evenkeel.content.packing.DeflateCodes.LITERALS;

/// The symbols of the block that is being made, and the block as stored, fixed or dynamic bytes,
/// whichever is shortest (RFC 1951, 3.2.3): stored only where it is not longer than the others,
/// fixed before dynamic where they are equal, both counted in whole bytes.
final class DeflateBlock {
    private final DeflatePacking.Flavour flavour;
    private final int level;
    private final char[] distances;
    private final byte[] values;
    private int size;
    private int matches;

    private final HuffmanTree literalTree =
            new HuffmanTree(
                    LENGTH_CODES, 15, EXTRA_LENGTH_BITS, LITERALS + 1, DeflateCodes.FIXED_LENGTHS);
    private final HuffmanTree distanceTree =
            new HuffmanTree(
                    DISTANCE_CODES,
                    15,
                    EXTRA_DISTANCE_BITS,
                    0,
                    DeflateCodes.FIXED_DISTANCE_LENGTHS);
    private final HuffmanTree lengthTree =
            new HuffmanTree(LENGTHS_OF_LENGTHS, 7, EXTRA_RUN_BITS, 0, new int[0]);

    /// The code lengths of both trees in runs, as a dynamic block tells them.
    private final byte[] runSymbols = new byte[LENGTH_CODES + DISTANCE_CODES];

    private final byte[] runExtras = new byte[LENGTH_CODES + DISTANCE_CODES];
    private int runs;

    DeflateBlock(DeflatePacking.Flavour flavour, int level, int symbolsLog) {
        this.flavour = flavour;
        this.level = level;
        this.distances = new char[1 << symbolsLog];
        this.values = new byte[1 << symbolsLog];
        clear();
    }

    private void clear() {
        literalTree.clear();
        distanceTree.clear();
        literalTree.counts[END_OF_BLOCK] = 1;
        size = 0;
        matches = 0;
    }

    /// True when the block has to end after it.
    ///
    /// @param plainBytes what the block stands for, as far as the matcher has come
    boolean addLiteral(byte literal, int plainBytes) {
        distances[size] = 0;
        values[size++] = literal;
        literalTree.counts[literal & 0xFF]++;
        return isFull(plainBytes);
    }

    boolean addMatch(int distance, int length, int plainBytes) {
        distances[size] = (char) distance;
        values[size++] = (byte) (length - DeflateCodes.MIN_MATCH);
        literalTree
                .counts[DeflateCodes.lengthCode(length - DeflateCodes.MIN_MATCH) + LITERALS + 1]++;
        distanceTree.counts[DeflateCodes.distanceCode(distance - 1)]++;
        matches++;
        return isFull(plainBytes);
    }

    private boolean isFull(int plainBytes) {
        if (flavour == DeflatePacking.Flavour.GZIP && level > 2 && (size & 0xFFF) == 0) {
            if (isWorthEnding(plainBytes)) return true;
        }
        return size == values.length - 1;
    }

    /// gzip ends a block early when it has packed well so far and consists of literals for the most
    /// part, by a rough count of bits: eight for each symbol, and five more for a match's distance.
    private boolean isWorthEnding(int plainBytes) {
        long bits = 8L * size;
        for (int code = 0; code < DISTANCE_CODES; code++) {
            bits += (long) distanceTree.counts[code] * (5 + EXTRA_DISTANCE_BITS[code]);
        }
        return matches < size / 2 && (bits >>> 3) < plainBytes / 2;
    }

    /// Ends the block and begins the next one.
    ///
    /// @param from where the plain bytes of the block begin in `window`; negative when they are
    ///   there no more, so that the block cannot be stored
    void end(BitSink out, byte[] window, int from, int plainBytes, boolean last) {
        literalTree.build();
        distanceTree.build();
        int lengthCodes = buildLengthTree();
        long dynamicBits =
                literalTree.bits()
                        + distanceTree.bits()
                        + lengthTree.bits()
                        + 3L * lengthCodes
                        + 5
                        + 5
                        + 4;
        long fixedBytes = (literalTree.fixedBits() + distanceTree.fixedBits() + 3 + 7) >>> 3;
        long packedBytes = Math.min(fixedBytes, (dynamicBits + 3 + 7) >>> 3);
        int flag = last ? 1 : 0;
        if (plainBytes + 4 <= packedBytes && from >= 0) {
            out.put(flag, 3);
            store(out, window, from, plainBytes);
        } else if (fixedBytes == packedBytes) {
            out.put((1 << 1) + flag, 3);
            put(
                    out,
                    DeflateCodes.FIXED_LENGTHS,
                    DeflateCodes.FIXED_CODES,
                    DeflateCodes.FIXED_DISTANCE_LENGTHS,
                    DeflateCodes.FIXED_DISTANCE_CODES);
        } else {
            out.put((2 << 1) + flag, 3);
            putTrees(out, lengthCodes);
            put(
                    out,
                    literalTree.lengths,
                    literalTree.codes(),
                    distanceTree.lengths,
                    distanceTree.codes());
        }
        if (last) out.align();
        clear();
    }

    private static void store(BitSink out, byte[] window, int from, int bytes) {
        out.align();
        out.put(bytes & 0xFFFF, 16);
        out.put(~bytes & 0xFFFF, 16);
        out.align();
        out.put(window, from, bytes);
    }

    /// How many lengths of its own the tree for lengths has in the block: at least four.
    private int buildLengthTree() {
        runs = 0;
        lengthTree.clear();
        addRuns(literalTree);
        addRuns(distanceTree);
        lengthTree.build();
        int count = LENGTHS_OF_LENGTHS;
        while (count > 4 && lengthTree.lengths[DeflateCodes.LENGTH_ORDER[count - 1]] == 0) count--;
        return count;
    }

    /// Runs of equal lengths, as far as one symbol reaches: a zero up to 138 times, another length
    /// once and then up to six times.
    private void addRuns(HuffmanTree tree) {
        int before = -1;
        int at = 0;
        while (at <= tree.largest()) {
            int length = tree.lengths[at];
            int most = length == 0 ? 138 : length == before ? 6 : 7;
            int count = 1;
            while (count < most
                    && at + count <= tree.largest()
                    && tree.lengths[at + count] == length) {
                count++;
            }
            addRun(length, count, length == before);
            before = length;
            at += count;
        }
    }

    private void addRun(int length, int count, boolean again) {
        if (length == 0 && count >= 3) {
            addRunSymbol(count <= 10 ? 17 : 18, count <= 10 ? count - 3 : count - 11);
        } else if (length != 0 && count >= (again ? 3 : 4)) {
            if (!again) addRunSymbol(length, 0);
            addRunSymbol(16, again ? count - 3 : count - 4);
        } else {
            for (int i = 0; i < count; i++) addRunSymbol(length, 0);
        }
    }

    private void addRunSymbol(int symbol, int extra) {
        runSymbols[runs] = (byte) symbol;
        runExtras[runs++] = (byte) extra;
        lengthTree.counts[symbol]++;
    }

    private void putTrees(BitSink out, int lengthCodes) {
        out.put(literalTree.largest() + 1 - 257, 5);
        out.put(distanceTree.largest(), 5);
        out.put(lengthCodes - 4, 4);
        for (int i = 0; i < lengthCodes; i++) {
            out.put(lengthTree.lengths[DeflateCodes.LENGTH_ORDER[i]], 3);
        }
        int[] codes = lengthTree.codes();
        for (int run = 0; run < runs; run++) {
            int symbol = runSymbols[run];
            out.put(codes[symbol], lengthTree.lengths[symbol]);
            out.put(runExtras[run] & 0xFF, EXTRA_RUN_BITS[symbol]);
        }
    }

    private void put(
            BitSink out, int[] lengths, int[] codes, int[] distanceLengths, int[] distanceCodes) {
        for (int i = 0; i < size; i++) {
            int value = values[i] & 0xFF;
            if (distances[i] == 0) {
                out.put(codes[value], lengths[value]);
                continue;
            }
            int code = DeflateCodes.lengthCode(value);
            int symbol = code + LITERALS + 1;
            out.put(codes[symbol], lengths[symbol]);
            out.put(value - DeflateCodes.FIRST_LENGTH[code], EXTRA_LENGTH_BITS[code]);
            int distance = distances[i] - 1;
            int distanceCode = DeflateCodes.distanceCode(distance);
            out.put(distanceCodes[distanceCode], distanceLengths[distanceCode]);
            out.put(
                    distance - DeflateCodes.FIRST_DISTANCE[distanceCode],
                    EXTRA_DISTANCE_BITS[distanceCode]);
        }
        out.put(codes[END_OF_BLOCK], lengths[END_OF_BLOCK]);
    }
}
