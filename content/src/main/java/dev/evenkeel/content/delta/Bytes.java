// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.content.delta;

import java.util.Arrays;

/// Bytes that grow at their end.
final class Bytes implements ByteSink {
    private byte[] held = new byte[256];
    private int length;

    @Override
    public void write(byte[] bytes, int offset, int count) {
        reserve(count);
        System.arraycopy(bytes, offset, held, length, count);
        length += count;
    }

    void write(byte[] bytes) {
        write(bytes, 0, bytes.length);
    }

    /// Seven bits at a time, the lowest first; all but the last byte have the highest bit set.
    void number(long value) {
        reserve(10);
        long rest = value;
        while ((rest & ~0x7fL) != 0) {
            held[length++] = (byte) ((rest & 0x7f) | 0x80);
            rest >>>= 7;
        }
        held[length++] = (byte) rest;
    }

    /// A number that may be negative: its sign is the lowest bit.
    void signed(long value) {
        number((value << 1) ^ (value >> 63));
    }

    int length() {
        return length;
    }

    byte[] toArray() {
        return Arrays.copyOf(held, length);
    }

    private void reserve(int count) {
        if (held.length - length >= count) return;
        held = Arrays.copyOf(held, Math.max(Math.addExact(length, count), held.length * 2));
    }
}
