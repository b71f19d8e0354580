// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.content.filesystem;

import static java.nio.charset.StandardCharsets.UTF_8;

/// Little-endian numbers and names in a piece of an image.
record Fields(byte[] bytes) {
    int length() {
        return bytes.length;
    }

    int u8(int at) throws Damaged {
        require(at, 1);
        return bytes[at] & 0xff;
    }

    int u16(int at) throws Damaged {
        require(at, 2);
        return (bytes[at] & 0xff) | ((bytes[at + 1] & 0xff) << 8);
    }

    long u32(int at) throws Damaged {
        return u16(at) | ((long) u16(at + 2) << 16);
    }

    /// A negative number is one that no offset or length can be: bounds refuse it.
    long u64(int at) throws Damaged {
        return u32(at) | (u32(at + 4) << 32);
    }

    /// A name; bytes that are no UTF-8 become replacement characters.
    String name(int at, int length) throws Damaged {
        require(at, length);
        return new String(bytes, at, length, UTF_8);
    }

    private void require(int at, int count) throws Damaged {
        if (at < 0 || count < 0 || at > bytes.length - count) throw new Damaged();
    }
}
