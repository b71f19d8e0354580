// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.content.delta;

import dev.evenkeel.content.RandomBytes;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// New bytes that belong together, mostly one file, as they are made from old ones piece by piece.
final class Group {
    private static final byte[] NOTHING = new byte[0];

    private final RandomBytes base;
    private final Blocks blocks;
    private final @Nullable Foresight foresight;
    private final Numbers differences;
    private final Numbers literals;
    private byte[] ready = NOTHING;
    private int taken;
    private int readyBytes;
    private long remaining;

    Group(Patch patch, @Nullable Foresight foresight, Numbers differences, Numbers literals) {
        this.base = patch.base();
        this.blocks = new Blocks(patch.copies(), patch.freshBytes());
        this.foresight = foresight;
        this.differences = differences;
        this.literals = literals;
        this.remaining = patch.freshBytes();
    }

    boolean isDone() {
        return remaining == 0;
    }

    /// Gives the next `length` bytes to `sink`. Whoever calls has checked that the group has them.
    void give(long length, ByteSink sink) throws IOException {
        long left = length;
        while (left > 0) {
            if (taken == readyBytes) make(blocks.next());
            int some = (int) Math.min(left, readyBytes - taken);
            sink.write(ready, taken, some);
            taken += some;
            left -= some;
        }
        remaining -= length;
        if (remaining == 0) ready = NOTHING;
    }

    long remaining() {
        return remaining;
    }

    private void make(Blocks.Block block) throws IOException {
        if (ready.length == 0) ready = new byte[Blocks.MOST_BYTES];
        readyBytes = block.length();
        taken = 0;
        if (block.isLiteral()) {
            literals.fill(ready, block.length(), "literal bytes");
            return;
        }
        base.read(block.from(), ready, 0, block.length());
        byte[] added = new byte[block.length()];
        differences.fill(added, block.length(), "differences");
        if (foresight != null) {
            foresight.foretell(
                    ready,
                    block.length(),
                    block.from(),
                    block.to(),
                    (foretold, at, width) -> sum(foretold, added, at, width));
        }
        for (int i = 0; i < added.length; i++) {
            ready[i] += added[i];
        }
    }

    private static long sum(byte[] foretold, byte[] added, int at, int width) {
        long word = 0;
        for (int i = width - 1; i >= 0; i--) {
            word = word << 8 | (foretold[at + i] + added[at + i] & 0xff);
        }
        return width == 4 ? (int) word : word;
    }
}
