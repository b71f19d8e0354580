// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.content.packing;

import java.util.Arrays;

/// Bits in the order of RFC 1951, 3.1.1: the lowest first, a code reversed beforehand.
final class BitSink {
    private byte[] bytes;
    private int size;
    private long held;
    private int heldBits;

    BitSink(int expectedBytes) {
        bytes = new byte[Math.max(64, expectedBytes)];
    }

    /// @param bits at most 32
    void put(long value, int bits) {
        held |= value << heldBits;
        heldBits += bits;
        if (heldBits >= 32) putHeldWord();
    }

    private void putHeldWord() {
        reserve(4);
        bytes[size] = (byte) held;
        bytes[size + 1] = (byte) (held >>> 8);
        bytes[size + 2] = (byte) (held >>> 16);
        bytes[size + 3] = (byte) (held >>> 24);
        size += 4;
        held >>>= 32;
        heldBits -= 32;
    }

    /// Fills the byte that has begun with zeros.
    void align() {
        reserve(5);
        while (heldBits > 0) {
            bytes[size++] = (byte) held;
            held >>>= 8;
            heldBits -= 8;
        }
        held = 0;
        heldBits = 0;
    }

    /// Whole bytes; after [#align].
    void put(byte[] from, int at, int count) {
        reserve(count);
        System.arraycopy(from, at, bytes, size, count);
        size += count;
    }

    private void reserve(int more) {
        if (bytes.length - size < more) {
            bytes = Arrays.copyOf(bytes, Math.max(size + more, size + (size >> 1) + 1024));
        }
    }

    /// How many bytes are final.
    int size() {
        return size;
    }

    boolean agreesWith(byte[] expected, int from) {
        return size <= expected.length && Arrays.equals(bytes, from, size, expected, from, size);
    }

    byte[] toBytes() {
        return Arrays.copyOf(bytes, size);
    }
}
