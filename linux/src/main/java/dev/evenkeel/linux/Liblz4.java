// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/// The encoder of liblz4, which is needed to pack again what it packed. To unpack takes no native
/// code.
public final class Liblz4 {
    private static final String NAME = "liblz4.so.1";

    private final String version;
    private final MethodHandle compressDefault;
    private final MethodHandle compressHc;

    private Liblz4(EncoderLibrary library) {
        version = library.text("LZ4_versionString");
        compressDefault =
                library.function(
                        "LZ4_compress_default",
                        FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, JAVA_INT, JAVA_INT));
        compressHc =
                library.function(
                        "LZ4_compress_HC",
                        FunctionDescriptor.of(
                                JAVA_INT, ADDRESS, ADDRESS, JAVA_INT, JAVA_INT, JAVA_INT));
    }

    /// Empty where there is none.
    public static Optional<Liblz4> load() {
        return EncoderLibrary.load(NAME, Liblz4::new);
    }

    /// `1.10.0`
    public String version() {
        return version;
    }

    /// One block, with level 0 for the fast encoder and 1 to 12 for the strong one.
    public byte[] compress(byte[] plain, int level) {
        try (Arena arena = Arena.ofConfined()) {
            int room = bound(plain.length);
            MemorySegment from = arena.allocate(Math.max(1, plain.length));
            MemorySegment.copy(plain, 0, from, JAVA_BYTE, 0, plain.length);
            MemorySegment into = arena.allocate(room);
            int bytes = compress(from, into, plain.length, room, level);
            if (bytes <= 0) {
                throw new IllegalStateException(
                        NAME + ": a block of " + plain.length + " bytes was not packed");
            }
            return into.asSlice(0, bytes).toArray(JAVA_BYTE);
        }
    }

    private int compress(MemorySegment from, MemorySegment into, int bytes, int room, int level) {
        try {
            return level == 0
                    ? (int) compressDefault.invokeExact(from, into, bytes, room)
                    : (int) compressHc.invokeExact(from, into, bytes, room, level);
        } catch (Throwable impossible) {
            throw EncoderLibrary.unexpected(impossible);
        }
    }

    /// What a block can become at the most: lz4.h, LZ4_COMPRESSBOUND.
    private static int bound(int plainBytes) {
        return Math.addExact(plainBytes, plainBytes / 255 + 16);
    }
}
