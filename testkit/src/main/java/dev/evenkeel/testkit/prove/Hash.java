// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.testkit.prove;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// 64-bit hashes of states. No attacker chooses them; a proof of ten million states meets two equal
/// ones by chance with a probability of about one in a million.
final class Hash {
    private static final VarHandle LONGS =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ODD = 0x9e3779b97f4a7c15L;

    private Hash() {}

    static long of(byte[] bytes) {
        return of(bytes, 0, bytes.length);
    }

    static long of(byte[] bytes, int from, int count) {
        long hash = count * ODD;
        int at = from;
        int end = from + count;
        for (; at + 8 <= end; at += 8) hash = mix(hash ^ (long) LONGS.get(bytes, at));
        for (; at < end; at++) hash = mix(hash ^ bytes[at]);
        return mix(hash);
    }

    static long of(String text) {
        return of(text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }

    static long of2(long one, long two) {
        return mix(mix(one) ^ two);
    }

    static long of(long... parts) {
        long hash = parts.length;
        for (long part : parts) hash = mix(hash ^ part);
        return mix(hash);
    }

    // the finalizer of MurmurHash3, by its author in the public domain
    private static long mix(long value) {
        long mixed = value * 0xff51afd7ed558ccdL;
        mixed ^= mixed >>> 33;
        mixed *= 0xc4ceb9fe1a85ec53L;
        return mixed ^ (mixed >>> 29);
    }
}
