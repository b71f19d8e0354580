// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.content;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdException;
import dev.evenkeel.core.Digest;
import dev.evenkeel.core.Limits;
import dev.evenkeel.core.MalformedInput;
import java.util.Arrays;

/// The compressed form of a chunk: one zstd frame (RFC 8878) with the content size in its header
/// and without a checksum of its own, since the index has better ones. Its window is never larger
/// than its chunk, so a device needs no more memory than that. It is made once and travels often,
/// so it is made with effort where the chunk compresses at all (decision 0111).
///
/// Rules: length and digest of the frame are checked before anything decompresses it; what comes
/// out has a place of exactly the chunk's length, and length and digest of that are checked too.
public final class Frame {
    static final int QUICK = 3;
    private static final int STRONG = 19;

    /// Where the quick level saves less than one byte in this many, the strong one would only take
    /// time: those bytes are packed already.
    private static final int LEAST_SAVING = 16;

    private Frame() {}

    public static byte[] pack(byte[] raw) {
        if (raw.length < 1 || raw.length > Limits.CHUNK_BYTES) {
            throw new MalformedInput(
                    "chunk: expected 1 to "
                            + Limits.CHUNK_BYTES
                            + " bytes to compress, found "
                            + raw.length);
        }
        byte[] quick = pack(raw, QUICK);
        if (quick.length > raw.length - raw.length / LEAST_SAVING) return quick;
        byte[] strong = pack(raw, STRONG);
        return strong.length < quick.length ? strong : quick;
    }

    static byte[] pack(byte[] raw, int level) {
        var frame = new byte[(int) Zstd.compressBound(raw.length)];
        long size =
                Zstd.compressByteArray(frame, 0, frame.length, raw, 0, raw.length, level, false);
        return Arrays.copyOf(frame, (int) size);
    }

    /// The description of `raw` and of the `frame` that was made of it.
    public static Chunk describe(byte[] raw, byte[] frame) {
        return new Chunk(raw.length, Digest.of(raw), frame.length, Digest.of(frame));
    }

    /// The bytes of the `expected` chunk out of its frame. Throws [ContentFault.WrongFrame] or
    /// [ContentFault.WrongChunk].
    public static byte[] unpack(byte[] frame, Chunk expected) {
        requireFrame(frame, expected);
        long promised = Zstd.getFrameContentSize(frame);
        if (promised != expected.rawBytes()) {
            throw new ContentFault.WrongChunk(
                    expected,
                    promised < 0
                            ? "no zstd frame or no promise of its size"
                            : "a promise of " + promised + " bytes");
        }
        var raw = new byte[expected.rawBytes()];
        requireChunk(raw, decompress(frame, raw, expected), expected);
        return raw;
    }

    private static long decompress(byte[] frame, byte[] into, Chunk expected) {
        try {
            return Zstd.decompressByteArray(into, 0, into.length, frame, 0, frame.length);
        } catch (ZstdException broken) {
            throw new ContentFault.WrongChunk(expected, "no chunk: " + broken.getMessage());
        }
    }

    static void requireFrame(byte[] frame, Chunk expected) {
        if (frame.length != expected.frameBytes()) {
            throw new ContentFault.WrongFrame(expected, frame.length, "");
        }
        Digest found = Digest.of(frame);
        if (!found.equals(expected.frame())) {
            throw new ContentFault.WrongFrame(expected, frame.length, "with SHA-256 " + found);
        }
    }

    private static void requireChunk(byte[] raw, long size, Chunk expected) {
        if (size != raw.length) {
            throw new ContentFault.WrongChunk(expected, size + " bytes");
        }
        Digest found = Digest.of(raw);
        if (!found.equals(expected.raw())) {
            throw new ContentFault.WrongChunk(expected, "bytes with SHA-256 " + found);
        }
    }
}
