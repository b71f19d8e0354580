// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.content.packing;

import static dev.evenkeel.content.packing.DeflateCodes.MAX_MATCH;
import static dev.evenkeel.content.packing.DeflateCodes.MIN_MATCH;

/// Deflate (RFC 1951) exactly as zlib and GNU gzip do it, for ever: no library decides these bytes.
///
/// What decides them, beside the [DeflateLevel]:
///
/// - a window of 64 KiB that moves by half when the matcher has come near its end; the place 0 of
///   the window is never matched, so *when* it moves can be seen in the bytes
/// - chains of places with an equal hash of three bytes, the newest first
/// - zlib bounds a match by what is left of the input; gzip does not, so what happens to lie in the
///   window behind the end takes part in the choice between two matches that both reach it
/// - gzip takes no match where its window ends and nothing can move it any more
/// - whether a block ends: [DeflateBlock].
final class DeflateEncoder {
    private static final int HALF = 32 << 10;
    private static final int WINDOW = 2 * HALF;
    private static final int MIN_LOOKAHEAD = MAX_MATCH + MIN_MATCH + 1;
    private static final int MAX_DISTANCE = HALF - MIN_LOOKAHEAD;
    private static final int PLACE_MASK = HALF - 1;

    /// A match of three bytes that is further away costs more than three literals.
    private static final int TOO_FAR = 4096;

    private final DeflatePacking.Flavour flavour;
    private final DeflateLevel level;
    private final byte[] plain;
    private final BitSink out;
    private final DeflateBlock block;
    private final byte[] expected;

    private final byte[] window = new byte[WINDOW + MIN_LOOKAHEAD];
    private final char[] newest;
    private final char[] older = new char[HALF];
    private final int hashShift;
    private final int hashMask;

    private int taken;
    private boolean ended;
    private int at;
    private int left;
    private int blockFrom;
    private int matchAt;
    private int checkedBytes;
    private boolean differs;

    /// @param expected the packed bytes that it should become; empty where nobody knows
    private DeflateEncoder(
            DeflatePacking.Flavour flavour,
            int level,
            int memLevel,
            byte[] plain,
            byte[] expected) {
        this.flavour = flavour;
        this.level = DeflateLevel.of(level);
        this.plain = plain;
        this.expected = expected;
        this.out = new BitSink(expected.length > 0 ? expected.length + 64 : plain.length / 3);
        int hashBits = flavour == DeflatePacking.Flavour.GZIP ? 15 : memLevel + 7;
        this.hashShift = (hashBits + MIN_MATCH - 1) / MIN_MATCH;
        this.hashMask = (1 << hashBits) - 1;
        this.newest = new char[1 << hashBits];
        int symbolsLog = flavour == DeflatePacking.Flavour.GZIP ? 15 : memLevel + 6;
        this.block = new DeflateBlock(flavour, level, symbolsLog);
    }

    static byte[] pack(DeflatePacking.Flavour flavour, int level, int memLevel, byte[] plain) {
        var encoder = new DeflateEncoder(flavour, level, memLevel, plain, new byte[0]);
        encoder.run();
        return encoder.out.toBytes();
    }

    /// Whether it would become `expected`; stops at the first block that does not.
    static boolean gives(
            DeflatePacking.Flavour flavour,
            int level,
            int memLevel,
            byte[] plain,
            byte[] expected) {
        var encoder = new DeflateEncoder(flavour, level, memLevel, plain, expected);
        encoder.run();
        return !encoder.differs && encoder.out.size() == expected.length;
    }

    private void run() {
        if (flavour == DeflatePacking.Flavour.GZIP) take();
        if (level.looksAhead()) packLazily();
        else packGreedily();
    }

    /// Takes each match where it is found.
    private void packGreedily() {
        int length = 0;
        while (true) {
            fill();
            if (left == 0) break;
            int candidate = remember(at);
            if (isMatchable(candidate)) {
                length = Math.min(left, longestMatch(candidate, MIN_MATCH - 1));
            }
            boolean full;
            if (length >= MIN_MATCH) {
                full = block.addMatch(at - matchAt, length, at - blockFrom);
                left -= length;
                skip(length);
                length = 0;
            } else {
                full = block.addLiteral(window[at], at - blockFrom);
                left--;
                at++;
            }
            if (full) endBlock(false);
            if (differs) return;
        }
        endBlock(true);
    }

    /// Remembers the places inside of a match that is short enough.
    private void skip(int length) {
        boolean remembered =
                length <= level.lazy()
                        && (flavour == DeflatePacking.Flavour.GZIP || left >= MIN_MATCH);
        if (remembered) {
            for (int i = 1; i < length; i++) insert(at + i);
        }
        at += length;
    }

    /// Takes a match only when the next place has no longer one.
    private void packLazily() {
        int length = MIN_MATCH - 1;
        boolean pending = false;
        while (true) {
            fill();
            if (left == 0) break;
            int candidate = remember(at);
            int lengthBefore = length;
            int matchBefore = matchAt;
            length = MIN_MATCH - 1;
            if (lengthBefore < level.lazy() && isMatchable(candidate)) {
                length = Math.min(left, longestMatch(candidate, lengthBefore));
                if (length == MIN_MATCH && at - matchAt > TOO_FAR) length = MIN_MATCH - 1;
            }
            if (lengthBefore >= MIN_MATCH && length <= lengthBefore) {
                boolean full = block.addMatch(at - 1 - matchBefore, lengthBefore, at - blockFrom);
                skipRest(lengthBefore);
                pending = false;
                length = MIN_MATCH - 1;
                if (full) endBlock(false);
            } else {
                if (pending && block.addLiteral(window[at - 1], at - blockFrom)) endBlock(false);
                pending = true;
                at++;
                left--;
            }
            if (differs) return;
        }
        if (pending) block.addLiteral(window[at - 1], at - blockFrom);
        endBlock(true);
    }

    /// The match began one place ago, and that place and this one are remembered already.
    private void skipRest(int length) {
        int end = at + length - 1;
        int lastInserted =
                flavour == DeflatePacking.Flavour.GZIP
                        ? end
                        : Math.min(end, at + left - MIN_MATCH + 1);
        for (int place = at + 1; place < lastInserted; place++) insert(place);
        left -= length - 1;
        at = end;
    }

    /// The newest earlier place with the same hash, which this one takes over from; 0 when none.
    private int remember(int place) {
        if (left < MIN_MATCH && flavour == DeflatePacking.Flavour.ZLIB) return 0;
        int hash = hash(place);
        char candidate = newest[hash];
        older[place & PLACE_MASK] = candidate;
        newest[hash] = (char) place;
        return candidate;
    }

    private void insert(int place) {
        int hash = hash(place);
        older[place & PLACE_MASK] = newest[hash];
        newest[hash] = (char) place;
    }

    private int hash(int place) {
        return (((window[place] & 0xFF) << (2 * hashShift))
                        ^ ((window[place + 1] & 0xFF) << hashShift)
                        ^ (window[place + 2] & 0xFF))
                & hashMask;
    }

    private boolean isMatchable(int candidate) {
        return candidate != 0
                && at - candidate <= MAX_DISTANCE
                && (flavour == DeflatePacking.Flavour.ZLIB || at <= WINDOW - MIN_LOOKAHEAD);
    }

    /// The length of the first longest match along the chain, which sets [#matchAt], or `atLeast`
    /// where none is longer.
    private int longestMatch(int candidate, int atLeast) {
        byte[] window = this.window;
        char[] older = this.older;
        int at = this.at;
        int chain = atLeast >= level.good() ? level.chain() >> 2 : level.chain();
        int nice =
                flavour == DeflatePacking.Flavour.ZLIB
                        ? Math.min(level.nice(), left)
                        : level.nice();
        int limit = Math.max(0, at - MAX_DISTANCE);
        int best = atLeast;
        byte beforeLast = window[at + best - 1];
        byte last = window[at + best];
        int place = candidate;
        do {
            if (window[place + best] == last
                    && window[place + best - 1] == beforeLast
                    && window[place] == window[at]
                    && window[place + 1] == window[at + 1]) {
                int length = common(window, place, at);
                if (length > best) {
                    matchAt = place;
                    best = length;
                    if (length >= nice) break;
                    beforeLast = window[at + best - 1];
                    last = window[at + best];
                }
            }
            place = older[place & PLACE_MASK];
        } while (place > limit && --chain != 0);
        return best;
    }

    private static int common(byte[] window, int place, int at) {
        int length = 2;
        while (length < MAX_MATCH && window[place + length] == window[at + length]) length++;
        return length;
    }

    /// Sees to it that a longest match can be found, as long as there is input.
    private void fill() {
        if (flavour == DeflatePacking.Flavour.GZIP) {
            while (left < MIN_LOOKAHEAD && !ended) {
                move();
                take();
            }
        } else if (left < MIN_LOOKAHEAD) {
            do {
                move();
                take();
            } while (left < MIN_LOOKAHEAD && taken < plain.length);
        }
    }

    /// As much input as the window has room for; the end is noticed when nothing comes.
    private void take() {
        int bytes = Math.min(WINDOW - at - left, plain.length - taken);
        System.arraycopy(plain, taken, window, at + left, bytes);
        taken += bytes;
        left += bytes;
        if (bytes == 0) {
            ended = true;
            // gzip keeps two bytes behind the end out of its hashes
            for (int i = 0; i < MIN_MATCH - 1; i++) window[at + left + i] = 0;
        }
    }

    private void move() {
        if (at < HALF + MAX_DISTANCE) return;
        System.arraycopy(window, HALF, window, 0, HALF);
        at -= HALF;
        matchAt -= HALF;
        blockFrom -= HALF;
        for (int i = 0; i < newest.length; i++) newest[i] = moved(newest[i]);
        for (int i = 0; i < older.length; i++) older[i] = moved(older[i]);
    }

    private static char moved(char place) {
        return (char) Math.max(0, place - HALF);
    }

    private void endBlock(boolean last) {
        block.end(out, window, blockFrom, at - blockFrom, last);
        blockFrom = at;
        if (expected.length == 0) return;
        differs = !out.agreesWith(expected, checkedBytes);
        checkedBytes = out.size();
    }
}
