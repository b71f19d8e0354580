// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.content.delta;

/// What 32-bit words became so far, in all files of a frame: the checksum of an interface or the
/// number of a type is replaced everywhere alike, and numbers near each other move alike.
final class Words {
    private static final int NEAR_BITS = 6;
    private static final int FAR_BITS = 12;
    private static final long WORD = 1L << 62;
    private static final long NEAR = 1L << 61;
    private static final long FAR = 1L << 60;

    private final Memory same;
    private final Memory shifts;

    Words() {
        this(new Memory(), new Memory());
    }

    private Words(Memory same, Memory shifts) {
        this.same = same;
        this.shifts = shifts;
    }

    int foretell(int word) {
        long unsigned = word & 0xffffffffL;
        if (same.knows(WORD | unsigned)) return (int) same.recall(WORD | unsigned);
        long near = NEAR | unsigned >>> NEAR_BITS;
        if (shifts.knows(near)) return word + (int) shifts.recall(near);
        long far = FAR | unsigned >>> FAR_BITS;
        if (shifts.knows(far)) return word + (int) shifts.recall(far);
        return word;
    }

    void remember(int word, int really) {
        long unsigned = word & 0xffffffffL;
        same.remember(WORD | unsigned, really);
        shifts.remember(NEAR | unsigned >>> NEAR_BITS, really - word);
        shifts.remember(FAR | unsigned >>> FAR_BITS, really - word);
    }

    Words copy() {
        return new Words(same.copy(), shifts.copy());
    }
}
