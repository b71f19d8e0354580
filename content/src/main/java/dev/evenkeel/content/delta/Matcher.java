// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.content.delta;

import java.util.ArrayList;
import java.util.List;

/// Finds for new bytes the old bytes that they came from, equal or nearly so: a copy may differ in
/// single bytes, as code does whose addresses moved.
///
/// The search is Colin Percival's (Naive Differences of Executable Code, 2003): follow the old
/// bytes at the same distance as long as they explain the new ones about as well as the longest
/// match elsewhere; stretch both ends of a match as far as more bytes are equal than not.
final class Matcher {
    /// How many more bytes a match elsewhere has to explain.
    private static final int BETTER = 8;

    private final byte[] old;
    private final int oldLength;
    private final SuffixArray suffixes;

    Matcher(byte[] old, int oldLength) {
        this.old = old;
        this.oldLength = oldLength;
        this.suffixes = new SuffixArray(old, oldLength);
    }

    /// Copies that explain `fresh[0..freshLength)`, in its order; what lies between is literal.
    List<Copy> match(byte[] fresh, int freshLength) {
        List<Copy> copies = new ArrayList<>();
        int scan = 0;
        int found = 0;
        int at = 0;
        int lastScan = 0;
        int lastAt = 0;
        int lastDistance = 0;
        while (scan < freshLength) {
            int explained = 0;
            scan += found;
            for (int checked = scan; scan < freshLength; scan++) {
                SuffixArray.Match longest = suffixes.longest(fresh, scan, freshLength);
                found = longest.length();
                at = longest.at();
                for (; checked < scan + found; checked++) {
                    if (sameAt(fresh, checked, lastDistance)) explained++;
                }
                if ((found == explained && found != 0) || found > explained + BETTER) break;
                if (sameAt(fresh, scan, lastDistance)) explained--;
            }
            if (found == explained && scan < freshLength) continue;
            int forward = forward(fresh, lastScan, lastAt, scan);
            int back = scan < freshLength ? back(fresh, lastScan, scan, at) : 0;
            int overlap = lastScan + forward - (scan - back);
            if (overlap > 0) {
                int keep =
                        split(
                                fresh,
                                lastScan + forward - overlap,
                                lastAt + forward - overlap,
                                scan - back,
                                at - back,
                                overlap);
                forward += keep - overlap;
                back -= keep;
            }
            if (forward > 0) copies.add(new Copy(lastScan, lastAt, forward));
            lastScan = scan - back;
            lastAt = at - back;
            lastDistance = at - scan;
        }
        return copies;
    }

    private boolean sameAt(byte[] fresh, int scan, int distance) {
        int at = scan + distance;
        return at >= 0 && at < oldLength && old[at] == fresh[scan];
    }

    private int forward(byte[] fresh, int scan, int at, int end) {
        int same = 0;
        int best = 0;
        int length = 0;
        for (int i = 0; scan + i < end && at + i < oldLength; ) {
            if (old[at + i] == fresh[scan + i]) same++;
            i++;
            if (same * 2 - i > best * 2 - length) {
                best = same;
                length = i;
            }
        }
        return length;
    }

    private int back(byte[] fresh, int lastScan, int scan, int at) {
        int same = 0;
        int best = 0;
        int length = 0;
        for (int i = 1; scan >= lastScan + i && at >= i; i++) {
            if (old[at - i] == fresh[scan - i]) same++;
            if (same * 2 - i > best * 2 - length) {
                best = same;
                length = i;
            }
        }
        return length;
    }

    /// How many of the `overlap` bytes stay with the first of two copies that both explain them.
    private int split(byte[] fresh, int scan, int at, int nextScan, int nextAt, int overlap) {
        int score = 0;
        int best = 0;
        int keep = 0;
        for (int i = 0; i < overlap; i++) {
            if (fresh[scan + i] == old[at + i]) score++;
            if (fresh[nextScan + i] == old[nextAt + i]) score--;
            if (score > best) {
                best = score;
                keep = i + 1;
            }
        }
        return keep;
    }
}
