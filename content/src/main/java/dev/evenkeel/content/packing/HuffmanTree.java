// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.content.packing;

import java.util.Arrays;

/// The code lengths that zlib and gzip find for counted symbols. Many trees are optimal; which one
/// it is depends on the order in which equal weights are taken and on how codes that are too long
/// are shortened, so both are kept to here:
///
/// - a binary heap of the used symbols in their order; the lighter node goes up, of equal weight
///   the one with the smaller depth, and of equal depth too the one that is compared first
/// - at least two symbols have a code; those that are added are the lowest unused ones
/// - too long a code is cut to the longest allowed, and for two such codes one shorter code moves
///   down a level; then lengths are given anew, the longest to the lightest.
final class HuffmanTree {
    private static final int MAX_BITS = 15;

    final int[] counts;
    final int[] lengths;
    private final int symbols;
    private final int maxBits;
    private final int[] extraBits;
    private final int extraFrom;
    private final int[] fixedLengths;

    private final int[] parents;
    private final int[] depths;
    private final int[] heap;
    private int heapSize;

    /// The nodes from the heaviest on: the end of [#heap], filled from its end.
    private int sortedFrom;

    private int largest;
    private long bits;
    private long fixedBits;

    /// @param extraBits what a symbol brings beside its code, for those from `extraFrom` on
    /// @param fixedLengths the fixed code to compare with; empty where there is none
    HuffmanTree(int symbols, int maxBits, int[] extraBits, int extraFrom, int[] fixedLengths) {
        this.symbols = symbols;
        this.maxBits = maxBits;
        this.extraBits = extraBits;
        this.extraFrom = extraFrom;
        this.fixedLengths = fixedLengths;
        this.counts = new int[2 * symbols + 1];
        this.lengths = new int[2 * symbols + 1];
        this.parents = new int[2 * symbols + 1];
        this.depths = new int[2 * symbols + 1];
        this.heap = new int[2 * symbols + 1];
    }

    void clear() {
        Arrays.fill(counts, 0, symbols, 0);
    }

    /// The largest symbol that has a code.
    int largest() {
        return largest;
    }

    /// What the counted symbols take with this code, and with the fixed one.
    long bits() {
        return bits;
    }

    long fixedBits() {
        return fixedBits;
    }

    void build() {
        bits = 0;
        fixedBits = 0;
        heapSize = 0;
        sortedFrom = heap.length;
        largest = -1;
        for (int symbol = 0; symbol < symbols; symbol++) {
            lengths[symbol] = 0;
            if (counts[symbol] != 0) push(symbol);
        }
        while (heapSize < 2) addUnused();
        for (int at = heapSize / 2; at >= 1; at--) siftDown(at);
        joinLightest();
        giveLengths();
    }

    private void push(int symbol) {
        heap[++heapSize] = symbol;
        largest = symbol;
        depths[symbol] = 0;
    }

    private void addUnused() {
        int symbol = largest < 2 ? largest + 1 : 0;
        heap[++heapSize] = symbol;
        largest = Math.max(largest, symbol);
        counts[symbol] = 1;
        depths[symbol] = 0;
        // its one use is no use
        bits--;
        if (fixedLengths.length > 0) fixedBits -= fixedLengths[symbol];
    }

    private void siftDown(int from) {
        int node = heap[from];
        int at = from;
        int child = 2 * at;
        while (child <= heapSize) {
            if (child < heapSize && isLighter(heap[child + 1], heap[child])) child++;
            if (isLighter(node, heap[child])) break;
            heap[at] = heap[child];
            at = child;
            child = 2 * at;
        }
        heap[at] = node;
    }

    private boolean isLighter(int node, int other) {
        return counts[node] < counts[other]
                || (counts[node] == counts[other] && depths[node] <= depths[other]);
    }

    private void joinLightest() {
        int joined = symbols;
        do {
            int first = heap[1];
            heap[1] = heap[heapSize--];
            siftDown(1);
            int second = heap[1];
            heap[--sortedFrom] = first;
            heap[--sortedFrom] = second;
            counts[joined] = counts[first] + counts[second];
            depths[joined] = Math.max(depths[first], depths[second]) + 1;
            parents[first] = joined;
            parents[second] = joined;
            heap[1] = joined++;
            siftDown(1);
        } while (heapSize >= 2);
        heap[--sortedFrom] = heap[1];
    }

    private void giveLengths() {
        var perLength = new int[MAX_BITS + 1];
        int tooLong = 0;
        lengths[heap[sortedFrom]] = 0;
        for (int at = sortedFrom + 1; at < heap.length; at++) {
            int node = heap[at];
            int length = lengths[parents[node]] + 1;
            if (length > maxBits) {
                length = maxBits;
                tooLong++;
            }
            lengths[node] = length;
            if (node >= symbols) continue;
            perLength[length]++;
            count(node, length);
        }
        if (tooLong > 0) shorten(perLength, tooLong);
    }

    private void count(int symbol, int length) {
        int extra = symbol >= extraFrom ? extraBits[symbol - extraFrom] : 0;
        bits += (long) counts[symbol] * (length + extra);
        if (fixedLengths.length > 0) {
            fixedBits += (long) counts[symbol] * (fixedLengths[symbol] + extra);
        }
    }

    private void shorten(int[] perLength, int tooLong) {
        for (int left = tooLong; left > 0; left -= 2) {
            int length = maxBits - 1;
            while (perLength[length] == 0) length--;
            perLength[length]--;
            perLength[length + 1] += 2;
            perLength[maxBits]--;
        }
        int at = heap.length;
        for (int length = maxBits; length > 0; length--) {
            int left = perLength[length];
            while (left > 0) {
                int node = heap[--at];
                if (node >= symbols) continue;
                bits += (long) (length - lengths[node]) * counts[node];
                lengths[node] = length;
                left--;
            }
        }
    }

    int[] codes() {
        return codes(lengths, largest);
    }

    /// RFC 1951, 3.2.2, each code reversed, as [BitSink] wants it.
    static int[] codes(int[] lengths, int largest) {
        var perLength = new int[MAX_BITS + 1];
        for (int symbol = 0; symbol <= largest; symbol++) perLength[lengths[symbol]]++;
        perLength[0] = 0;
        var next = new int[MAX_BITS + 1];
        for (int length = 1; length <= MAX_BITS; length++) {
            next[length] = (next[length - 1] + perLength[length - 1]) << 1;
        }
        var codes = new int[largest + 1];
        for (int symbol = 0; symbol <= largest; symbol++) {
            int length = lengths[symbol];
            if (length > 0) codes[symbol] = Integer.reverse(next[length]++) >>> (32 - length);
        }
        return codes;
    }
}
