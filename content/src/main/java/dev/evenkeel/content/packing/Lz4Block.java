// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.content.packing;

import dev.evenkeel.core.MalformedInput;

/// One block of LZ4 (the block format, without a frame around it), as squashfs and erofs keep it.
/// Unpacks into room that the caller bounds.
public final class Lz4Block {
    private static final int LEAST_MATCH = 4;
    private static final int LONG_LENGTH = 15;

    /// Fewer bytes are copied faster one by one.
    private static final int LEAST_ARRAY = 8;

    private final byte[] packed;
    private final byte[] plain;
    private int in;
    private int out;

    private Lz4Block(byte[] packed, byte[] plain) {
        this.packed = packed;
        this.plain = plain;
    }

    /// Unpacks all of `packed` into `plain` and gives the number of bytes that came of it. Throws
    /// [MalformedInput] where the block is damaged or holds more than there is room for.
    public static int unpack(byte[] packed, byte[] plain) {
        return new Lz4Block(packed, plain).sequences();
    }

    private int sequences() {
        if (packed.length == 0) throw broken("is empty");
        while (true) {
            int token = next();
            literals(length(token >>> 4));
            if (in == packed.length) return out;
            int distance = next() | (next() << 8);
            match(distance, length(token & 0xf) + (long) LEAST_MATCH);
        }
    }

    private void literals(long length) {
        if (length > packed.length - in || length > plain.length - out) {
            throw broken("has literals that run over an end");
        }
        System.arraycopy(packed, in, plain, out, (int) length);
        in += (int) length;
        out += (int) length;
    }

    private void match(int distance, long length) {
        if (distance == 0 || distance > out || length > plain.length - out) {
            throw broken("repeats what is not there or more than there is room for");
        }
        int from = out - distance;
        int end = out + (int) length;
        // the source may run into what is being written: each copy doubles what is there to copy
        while (out < end) {
            int some = Math.min(end - out, out - from);
            if (some < LEAST_ARRAY) plain[out++] = plain[from++];
            else {
                System.arraycopy(plain, from, plain, out, some);
                out += some;
            }
        }
    }

    private long length(int start) {
        long length = start;
        if (start < LONG_LENGTH) return length;
        int more;
        do {
            more = next();
            length += more;
        } while (more == 0xff);
        return length;
    }

    private int next() {
        if (in == packed.length) throw broken("was cut off");
        return packed[in++] & 0xff;
    }

    private static MalformedInput broken(String how) {
        return new MalformedInput("LZ4 block " + how);
    }
}
