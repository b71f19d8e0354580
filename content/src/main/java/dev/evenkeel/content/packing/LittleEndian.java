// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.content.packing;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// Numbers in a file's bytes; a number that is not there in full is -1, which no table believes.
record LittleEndian(byte[] bytes) {
    private static final VarHandle INT =
            MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    boolean has(long at, long count) {
        return at >= 0 && count >= 0 && at <= bytes.length && count <= bytes.length - at;
    }

    boolean startsWith(int magic) {
        return has(0, 4) && int32(0) == magic;
    }

    int int32(int at) {
        return (int) INT.get(bytes, at);
    }

    /// Unsigned.
    long u32(long at) {
        return has(at, 4) ? int32((int) at) & 0xFFFFFFFFL : -1;
    }

    /// Unsigned.
    int u16(long at) {
        return has(at, 2) ? (bytes[(int) at] & 0xFF) | (bytes[(int) at + 1] & 0xFF) << 8 : -1;
    }

    /// Unsigned.
    int u8(long at) {
        return has(at, 1) ? bytes[(int) at] & 0xFF : -1;
    }
}
