// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.content.delta;

import java.util.Arrays;

/// The places of a byte string in the order of the suffixes that start there, and the longest match
/// that they give for any other bytes.
///
/// Built by induced sorting (Nong, Zhang and Chan: Two Efficient Algorithms for Linear Time Suffix
/// Array Construction, 2011): linear time, and 13 to 17 bytes of memory for each byte of text.
final class SuffixArray {
    private static final int PREFIXES = 1 << 16;

    private final byte[] text;
    private final int length;
    private final int[] order;

    /// `first[p]`: where in [#order] the suffixes start whose first two bytes are `p` or greater.
    private final int[] first;

    SuffixArray(byte[] text, int length) {
        this.text = text;
        this.length = length;
        var symbols = new int[length];
        for (int i = 0; i < length; i++) {
            symbols[i] = text[i] & 0xff;
        }
        order = sort(symbols, length, 256);
        first = prefixes();
    }

    /// Bytes that stand somewhere in the text.
    record Match(int at, int length) {
        static final Match NONE = new Match(0, 0);
    }

    /// The longest run of bytes from `wanted[from]` on, before `to`, that stands in the text.
    Match longest(byte[] wanted, int from, int to) {
        if (to - from < 2 || length < 2) return Match.NONE;
        int prefix = ((wanted[from] & 0xff) << 8) | (wanted[from + 1] & 0xff);
        int low = first[prefix];
        int high = first[prefix + 1];
        if (low == high) return Match.NONE;
        int lowMatch = 2;
        int highMatch = 2;
        int best = 0;
        int bestAt = 0;
        while (high - low > 1) {
            int middle = (low + high) >>> 1;
            int known = Math.min(lowMatch, highMatch);
            int at = order[middle];
            if (at + 1 == length) {
                // the last byte alone comes before all that go on
                low = middle;
                continue;
            }
            int same = known + common(at + known, wanted, from + known, to);
            if (same > best) {
                best = same;
                bestAt = at;
            }
            if (from + same == to) return new Match(at, same);
            if (at + same == length || (text[at + same] & 0xff) < (wanted[from + same] & 0xff)) {
                low = middle;
                lowMatch = same;
            } else {
                high = middle;
                highMatch = same;
            }
        }
        int at = order[low];
        int same = common(at, wanted, from, to);
        if (same > best) {
            best = same;
            bestAt = at;
        }
        return new Match(bestAt, best);
    }

    private int common(int at, byte[] wanted, int from, int to) {
        int most = Math.min(length - at, to - from);
        if (most <= 0) return 0;
        int different = Arrays.mismatch(text, at, at + most, wanted, from, from + most);
        return different < 0 ? most : different;
    }

    private int[] prefixes() {
        var starts = new int[PREFIXES + 1];
        int next = 0;
        for (int i = 0; i < length; i++) {
            int at = order[i];
            int prefix = (text[at] & 0xff) << 8 | (at + 1 < length ? text[at + 1] & 0xff : 0);
            while (next <= prefix) starts[next++] = i;
        }
        while (next <= PREFIXES) starts[next++] = length;
        return starts;
    }

    /// The order of the suffixes of `s[0..n)`, whose symbols are below `symbols`.
    private static int[] sort(int[] s, int n, int symbols) {
        if (n == 0) return new int[0];
        if (n == 1) return new int[] {0};
        var smaller = new long[(n >> 6) + 1];
        for (int i = n - 2; i >= 0; i--) {
            if (s[i] < s[i + 1] || (s[i] == s[i + 1] && is(smaller, i + 1))) {
                smaller[i >> 6] |= 1L << i;
            }
        }
        var largerStart = new int[symbols + 1];
        var smallerStart = new int[symbols + 1];
        for (int i = 0; i < n; i++) {
            if (is(smaller, i)) largerStart[s[i] + 1]++;
            else smallerStart[s[i]]++;
        }
        for (int i = 0; i < symbols; i++) {
            smallerStart[i] += largerStart[i];
            largerStart[i + 1] += smallerStart[i];
        }
        int marks = 0;
        for (int i = 1; i < n; i++) {
            if (isMark(smaller, i)) marks++;
        }
        var marked = new int[marks];
        for (int i = 1, m = 0; i < n; i++) {
            if (isMark(smaller, i)) marked[m++] = i;
        }
        var order = new int[n];
        induce(s, n, smaller, largerStart, smallerStart, marked, order);
        if (marks == 0) return order;
        int[] sorted = sortMarked(s, n, smaller, marked, order);
        induce(s, n, smaller, largerStart, smallerStart, sorted, order);
        return order;
    }

    /// The marked places in the order of their suffixes, from an `order` in which the pieces
    /// between marks stand in theirs.
    private static int[] sortMarked(int[] s, int n, long[] smaller, int[] marked, int[] order) {
        int marks = marked.length;
        var sorted = new int[marks];
        int found = 0;
        for (int at : order) {
            if (at > 0 && isMark(smaller, at)) sorted[found++] = at;
        }
        // no two marks are neighbours, so that half a place is enough to name each
        var rankOf = new int[(n >> 1) + 1];
        var endOf = new int[(n >> 1) + 1];
        for (int i = 0; i < marks; i++) {
            endOf[marked[i] >> 1] = i + 1 < marks ? marked[i + 1] : n;
        }
        int rank = 0;
        rankOf[sorted[0] >> 1] = 0;
        for (int i = 1; i < marks; i++) {
            if (!samePiece(s, n, sorted[i - 1], sorted[i], endOf)) rank++;
            rankOf[sorted[i] >> 1] = rank;
        }
        if (rank + 1 == marks) return sorted;
        var shorter = new int[marks];
        for (int i = 0; i < marks; i++) {
            shorter[i] = rankOf[marked[i] >> 1];
        }
        int[] shorterOrder = sort(shorter, marks, rank + 1);
        for (int i = 0; i < marks; i++) {
            sorted[i] = marked[shorterOrder[i]];
        }
        return sorted;
    }

    private static boolean samePiece(int[] s, int n, int left, int right, int[] endOf) {
        int leftEnd = endOf[left >> 1];
        int rightEnd = endOf[right >> 1];
        if (leftEnd - left != rightEnd - right) return false;
        int length = leftEnd - left;
        if (leftEnd == n || rightEnd == n) return false;
        for (int i = 0; i <= length; i++) {
            if (s[left + i] != s[right + i]) return false;
        }
        return true;
    }

    private static void induce(
            int[] s,
            int n,
            long[] smaller,
            int[] largerStart,
            int[] smallerStart,
            int[] marked,
            int[] order) {
        Arrays.fill(order, -1);
        int[] next = smallerStart.clone();
        for (int at : marked) {
            order[next[s[at]]++] = at;
        }
        next = largerStart.clone();
        order[next[s[n - 1]]++] = n - 1;
        for (int i = 0; i < n; i++) {
            int before = order[i] - 1;
            if (before >= 0 && !is(smaller, before)) order[next[s[before]]++] = before;
        }
        next = largerStart.clone();
        for (int i = n - 1; i >= 0; i--) {
            int before = order[i] - 1;
            if (before >= 0 && is(smaller, before)) order[--next[s[before] + 1]] = before;
        }
    }

    private static boolean is(long[] bits, int i) {
        return (bits[i >> 6] >>> i & 1) != 0;
    }

    private static boolean isMark(long[] smaller, int i) {
        return is(smaller, i) && !is(smaller, i - 1);
    }
}
