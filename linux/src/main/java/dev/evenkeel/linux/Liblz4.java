// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.Arrays;
import java.util.Optional;

/// The encoder of liblz4, which is needed to pack again what it packed. To unpack takes no native
/// code.
public final class Liblz4 {
    /// Works on Java's own arrays: a copy of a block of a kernel would be 8 MiB more, on a device
    /// that has 64 for all. The garbage collector waits meanwhile, a second at the most.
    private static final Linker.Option IN_PLACE = Linker.Option.critical(true);

    private static final String NAME = "liblz4.so.1";

    private final String version;
    private final MethodHandle compressDefault;
    private final MethodHandle compressHc;

    private Liblz4(EncoderLibrary library) {
        version = library.text("LZ4_versionString");
        compressDefault =
                library.function(
                        "LZ4_compress_default",
                        FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, JAVA_INT, JAVA_INT),
                        IN_PLACE);
        compressHc =
                library.function(
                        "LZ4_compress_HC",
                        FunctionDescriptor.of(
                                JAVA_INT, ADDRESS, ADDRESS, JAVA_INT, JAVA_INT, JAVA_INT),
                        IN_PLACE);
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
        byte[] packed = compress(plain, bound(plain.length), level);
        if (packed.length == 0) {
            throw new IllegalStateException(
                    NAME + ": a block of " + plain.length + " bytes was not packed");
        }
        return packed;
    }

    /// As [#compress], with [#room] for a block that is known to become `packedBytes` bytes; empty
    /// where it becomes more.
    public byte[] compressInto(int packedBytes, byte[] plain, int level) {
        return compress(plain, Math.min(room(packedBytes), bound(plain.length)), level);
    }

    /// The room in which the library makes a block of `packedBytes` bytes: it gives up a little
    /// before the end of what it has.
    public static int room(int packedBytes) {
        return Math.addExact(packedBytes, packedBytes / 255 + 64);
    }

    private byte[] compress(byte[] plain, int room, int level) {
        var into = new byte[room];
        int bytes =
                compress(
                        MemorySegment.ofArray(plain),
                        MemorySegment.ofArray(into),
                        plain.length,
                        room,
                        level);
        return Arrays.copyOf(into, Math.max(0, bytes));
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
