// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/// The encoder of liblzma, which is needed to pack again what it packed, and its decoder. Constants
/// and structures: the headers `lzma/*.h` of its stable interface 5.
public final class Liblzma {
    private static final String NAME = "liblzma.so.5";

    private static final int OK = 0;
    private static final int STREAM_END = 1;
    private static final int RUN = 0;
    private static final int FINISH = 3;
    private static final int PIECE_BYTES = 64 << 10;

    /// `lzma_stream`: where the next bytes are, and where their product goes.
    private static final int STREAM_BYTES = 136;

    private static final int NEXT_IN = 0;
    private static final int AVAIL_IN = 8;
    private static final int NEXT_OUT = 24;
    private static final int AVAIL_OUT = 32;

    private final String version;
    private final Calls calls;

    private record Calls(
            MethodHandle streamEncoder,
            MethodHandle blocksEncoder,
            MethodHandle code,
            MethodHandle end,
            MethodHandle bufferEncode,
            MethodHandle bufferBound,
            MethodHandle bufferDecode,
            MethodHandle memoryUse,
            LzmaFilters.Preset preset) {}

    private Liblzma(EncoderLibrary library) {
        version = library.text("lzma_version_string");
        calls =
                new Calls(
                        library.function(
                                "lzma_stream_encoder",
                                FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, JAVA_INT)),
                        library.function(
                                "lzma_stream_encoder_mt",
                                FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS)),
                        library.function(
                                "lzma_code", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT)),
                        library.function("lzma_end", FunctionDescriptor.ofVoid(ADDRESS)),
                        library.function(
                                "lzma_stream_buffer_encode",
                                FunctionDescriptor.of(
                                        JAVA_INT, ADDRESS, JAVA_INT, ADDRESS, ADDRESS, JAVA_LONG,
                                        ADDRESS, ADDRESS, JAVA_LONG)),
                        library.function(
                                "lzma_stream_buffer_bound",
                                FunctionDescriptor.of(JAVA_LONG, JAVA_LONG)),
                        library.function(
                                "lzma_stream_buffer_decode",
                                FunctionDescriptor.of(
                                        JAVA_INT, ADDRESS, JAVA_INT, ADDRESS, ADDRESS, ADDRESS,
                                        JAVA_LONG, ADDRESS, ADDRESS, JAVA_LONG)),
                        library.function(
                                "lzma_raw_encoder_memusage",
                                FunctionDescriptor.of(JAVA_LONG, ADDRESS)),
                        LzmaFilters.Preset.of(
                                library.function(
                                        "lzma_lzma_preset",
                                        FunctionDescriptor.of(JAVA_BYTE, ADDRESS, JAVA_INT))));
    }

    /// Empty where there is none.
    public static Optional<Liblzma> load() {
        return EncoderLibrary.load(NAME, Liblzma::new);
    }

    /// `5.8.1`
    public String version() {
        return version;
    }

    /// Takes the packed bytes as they are made, and says whether to go on.
    public interface Pieces {
        boolean more(byte[] piece, int bytes);
    }

    /// How the stream is laid out.
    public enum Layout {
        /// One block without sizes in its header: `xz -T1`.
        STREAM,
        /// Blocks with sizes in their headers: `xz -T2`, with however many threads.
        BLOCKS,
        /// One block with sizes, made by one call for the whole buffer: squashfs.
        BUFFER
    }

    /// What decides the bytes.
    ///
    /// @param preset 0 to 9
    /// @param x86 whether the filter for x86 jumps comes first
    /// @param check the number of the check in the format: 0, 1, 4 or 10
    /// @param dictionaryBytes of LZMA2; 0 for the preset's own
    public record Options(
            int preset,
            boolean extreme,
            boolean x86,
            int check,
            int dictionaryBytes,
            Layout layout) {}

    /// Packs `plain`, which ends early when `pieces` has enough.
    public void encode(byte[] plain, Options options, Pieces pieces) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment filters = LzmaFilters.of(arena, options, calls.preset);
            if (options.layout == Layout.BUFFER) {
                byte[] packed = encodeBuffer(arena, plain, filters, options.check);
                pieces.more(packed, packed.length);
                return;
            }
            MemorySegment stream = arena.allocate(STREAM_BYTES, 8);
            try {
                begin(arena, stream, filters, options);
                pump(arena, stream, plain, pieces);
            } finally {
                calls.end.invokeExact(stream);
            }
        } catch (Throwable thrown) {
            throw EncoderLibrary.unexpected(thrown);
        }
    }

    private void begin(Arena arena, MemorySegment stream, MemorySegment filters, Options options)
            throws Throwable {
        int result =
                options.layout == Layout.STREAM
                        ? (int) calls.streamEncoder.invokeExact(stream, filters, options.check)
                        : (int)
                                calls.blocksEncoder.invokeExact(
                                        stream, LzmaFilters.blocks(arena, filters, options.check));
        if (result != OK) throw failed("begin to pack", result);
    }

    private void pump(Arena arena, MemorySegment stream, byte[] plain, Pieces pieces)
            throws Throwable {
        MemorySegment in = arena.allocate(PIECE_BYTES);
        MemorySegment out = arena.allocate(PIECE_BYTES);
        var piece = new byte[PIECE_BYTES];
        int at = 0;
        int result = OK;
        while (result == OK) {
            if (stream.get(JAVA_LONG, AVAIL_IN) == 0 && at < plain.length) {
                int bytes = Math.min(PIECE_BYTES, plain.length - at);
                MemorySegment.copy(plain, at, in, JAVA_BYTE, 0, bytes);
                stream.set(ADDRESS, NEXT_IN, in);
                stream.set(JAVA_LONG, AVAIL_IN, bytes);
                at += bytes;
            }
            stream.set(ADDRESS, NEXT_OUT, out);
            stream.set(JAVA_LONG, AVAIL_OUT, PIECE_BYTES);
            result = (int) calls.code.invokeExact(stream, at == plain.length ? FINISH : RUN);
            int made = PIECE_BYTES - (int) stream.get(JAVA_LONG, AVAIL_OUT);
            MemorySegment.copy(out, JAVA_BYTE, 0, piece, 0, made);
            if (!pieces.more(piece, made)) return;
        }
        if (result != STREAM_END) throw failed("pack", result);
    }

    private byte[] encodeBuffer(Arena arena, byte[] plain, MemorySegment filters, int check)
            throws Throwable {
        MemorySegment in = copied(arena, plain);
        long room = (long) calls.bufferBound.invokeExact((long) plain.length);
        MemorySegment out = arena.allocate(room);
        MemorySegment made = arena.allocate(JAVA_LONG);
        int result =
                (int)
                        calls.bufferEncode.invokeExact(
                                filters,
                                check,
                                MemorySegment.NULL,
                                in,
                                (long) plain.length,
                                out,
                                made,
                                room);
        if (result != OK) throw failed("pack", result);
        return out.asSlice(0, made.get(JAVA_LONG, 0)).toArray(JAVA_BYTE);
    }

    /// Unpacks one whole `.xz` stream into `plain`, with at most `memoryBytes` of its own. Gives
    /// how many bytes came of it, or a refusal in words.
    public Decoded decode(byte[] packed, byte[] plain, long memoryBytes) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment in = copied(arena, packed);
            MemorySegment out = arena.allocate(Math.max(1, plain.length));
            MemorySegment limit = arena.allocate(JAVA_LONG);
            limit.set(JAVA_LONG, 0, memoryBytes);
            MemorySegment inAt = arena.allocate(JAVA_LONG);
            MemorySegment outAt = arena.allocate(JAVA_LONG);
            int result =
                    (int)
                            calls.bufferDecode.invokeExact(
                                    limit,
                                    0,
                                    MemorySegment.NULL,
                                    in,
                                    inAt,
                                    (long) packed.length,
                                    out,
                                    outAt,
                                    (long) plain.length);
            if (result != OK) return new Decoded.Refused(words(result));
            if (inAt.get(JAVA_LONG, 0) != packed.length) {
                return new Decoded.Refused("it ends after " + inAt.get(JAVA_LONG, 0) + " bytes");
            }
            int bytes = (int) outAt.get(JAVA_LONG, 0);
            MemorySegment.copy(out, JAVA_BYTE, 0, plain, 0, bytes);
            return new Decoded.Whole(bytes);
        } catch (Throwable thrown) {
            throw EncoderLibrary.unexpected(thrown);
        }
    }

    /// What came of unpacking.
    public sealed interface Decoded {
        record Whole(int bytes) implements Decoded {}

        record Refused(String why) implements Decoded {}
    }

    /// What the encoder itself takes with these options.
    public long memoryBytes(Options options) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment filters = LzmaFilters.of(arena, options, calls.preset);
            return (long) calls.memoryUse.invokeExact(filters);
        } catch (Throwable thrown) {
            throw EncoderLibrary.unexpected(thrown);
        }
    }

    private static MemorySegment copied(Arena arena, byte[] bytes) {
        MemorySegment segment = arena.allocate(Math.max(1, bytes.length));
        MemorySegment.copy(bytes, 0, segment, JAVA_BYTE, 0, bytes.length);
        return segment;
    }

    private static IllegalStateException failed(String what, int result) {
        return new IllegalStateException(NAME + ": could not " + what + ": " + words(result));
    }

    /// `lzma_ret` of lzma/base.h.
    private static String words(int result) {
        return switch (result) {
            case 5 -> "no memory is left";
            case 6 -> "it needs more memory than is allowed";
            case 7 -> "not an xz stream";
            case 8 -> "options that this version does not know";
            case 9 -> "damaged";
            case 10 -> "cut short, or more than there is room for";
            default -> "result " + result;
        };
    }
}
