// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.content.delta;

import java.util.List;

/// The order in which the bytes of a group are made: what no copy explains and the copies, in
/// pieces that are small enough to hold. Maker and device cut alike.
final class Blocks {
    static final int MOST_BYTES = 64 << 10;

    /// A piece of the new bytes.
    ///
    /// @param from where in the old bytes it comes from, -1 where it is literal
    record Block(int to, int length, int from) {
        boolean isLiteral() {
            return from < 0;
        }
    }

    private final List<Copy> copies;
    private final int freshBytes;
    private int next;
    private int at;

    Blocks(List<Copy> copies, int freshBytes) {
        this.copies = copies;
        this.freshBytes = freshBytes;
    }

    boolean isDone() {
        return at == freshBytes;
    }

    Block next() {
        int copyAt = next < copies.size() ? copies.get(next).to() : freshBytes;
        Block block;
        if (at < copyAt) {
            block = new Block(at, Math.min(copyAt - at, MOST_BYTES), -1);
        } else {
            Copy copy = copies.get(next);
            int done = at - copy.to();
            int length = Math.min(copy.length() - done, MOST_BYTES);
            block = new Block(at, length, copy.from() + done);
            if (done + length == copy.length()) next++;
        }
        at += block.length();
        return block;
    }
}
