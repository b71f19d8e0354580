// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.content.delta;

import dev.evenkeel.core.MalformedInput;
import java.io.IOException;
import java.io.InputStream;

/// Reads what [Bytes] wrote. Every number is checked against what it may be before it is used.
/// Throws [MalformedInput] for bytes that are not as they have to be, packed streams that do not
/// unpack among them.
final class Numbers {
    private final String what;
    private final InputStream in;

    /// @param what names these bytes in a refusal
    Numbers(String what, InputStream in) {
        this.what = what;
        this.in = in;
    }

    long number(long most, String name) {
        long value = raw(name);
        if (value < 0 || value > most) {
            throw new MalformedInput(
                    what
                            + ", "
                            + name
                            + ": expected at most "
                            + most
                            + ", found "
                            + Long.toUnsignedString(value));
        }
        return value;
    }

    int count(int most, String name) {
        return (int) number(most, name);
    }

    long signed(String name) {
        long value = raw(name);
        return value >>> 1 ^ -(value & 1);
    }

    byte[] bytes(int length, String name) {
        try {
            byte[] bytes = in.readNBytes(length);
            if (bytes.length != length) throw ended(name);
            return bytes;
        } catch (IOException broken) {
            throw broken(name, broken);
        }
    }

    void fill(byte[] into, int length, String name) {
        try {
            if (in.readNBytes(into, 0, length) != length) throw ended(name);
        } catch (IOException broken) {
            throw broken(name, broken);
        }
    }

    MalformedInput malformed(String how) {
        return new MalformedInput(what + ": " + how);
    }

    private long raw(String name) {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            int next = next(name);
            if (next < 0) throw ended(name);
            value |= (long) (next & 0x7f) << shift;
            if (next < 0x80) return value;
        }
        throw malformed(name + " has more than 64 bits");
    }

    private int next(String name) {
        try {
            return in.read();
        } catch (IOException broken) {
            throw broken(name, broken);
        }
    }

    private MalformedInput broken(String name, IOException broken) {
        return malformed("does not unpack at " + name + " (" + broken + ")");
    }

    private MalformedInput ended(String name) {
        return malformed("ends in the middle of " + name);
    }
}
