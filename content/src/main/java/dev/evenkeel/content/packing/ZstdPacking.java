// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.content.packing;

import com.github.luben.zstd.EndDirective;
import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.util.ZstdVersion;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// zstd as libzstd makes it. Other versions of it give other bytes, so the version is part of the
/// packing.
///
/// @param level 1 to 22
public record ZstdPacking(int level, Shape shape) implements Packing {
    /// The library that this build brings: `1.5.7`.
    static final String VERSION = ZstdVersion.VERSION.replaceFirst("-.*", "");

    private static final int MAX_LEVEL = 22;
    private static final Pattern PARAMETERS = Pattern.compile("([1-9][0-9]?)(?:,([a-z-]+))?");

    /// How much the command line tool gives to the library at a time; its output does not matter.
    private static final int PIECE_BYTES = 128 << 10;

    /// What decides the frame beside the level.
    public enum Shape {
        /// One call for the whole buffer, as squashfs does it.
        BLOCK("", false, true, 0),
        /// A file that the tool packed, in one thread.
        FILE("file", true, true, 0),
        /// A file that the tool packed with workers; how many does not matter.
        FILE_WORKERS("file-workers", true, true, 1),
        FILE_NO_CHECK("file-no-check", false, true, 0),
        FILE_WORKERS_NO_CHECK("file-workers-no-check", false, true, 1),
        /// What came to the tool through a pipe, so that it did not know the size.
        PIPE("pipe", true, false, 0),
        PIPE_WORKERS("pipe-workers", true, false, 1),
        PIPE_NO_CHECK("pipe-no-check", false, false, 0);

        private final String text;
        private final boolean checked;
        private final boolean sized;
        private final int workers;

        Shape(String text, boolean checked, boolean sized, int workers) {
            this.text = text;
            this.checked = checked;
            this.sized = sized;
            this.workers = workers;
        }

        private static Shape parse(String packing, String text) {
            for (Shape shape : values()) {
                if (shape.text.equals(text)) return shape;
            }
            throw new PackingFault.Unavailable(packing, "zstd has no shape '" + text + "'");
        }

        /// Whether a frame with this header can have been made so: byte 4 tells of a checksum and
        /// of the content's size (RFC 8878, 3.1.1.1.1).
        boolean mayHaveMade(byte[] frame) {
            int descriptor = frame.length > 4 ? frame[4] : 0;
            boolean hasSize = (descriptor & 0xE0) != 0;
            boolean hasCheck = (descriptor & 0x04) != 0;
            return hasSize == sized && hasCheck == checked;
        }
    }

    public ZstdPacking {
        if (level < 1 || level > MAX_LEVEL) throw new IllegalArgumentException("level " + level);
    }

    static ZstdPacking parse(String text, String encoder, String parameters) {
        if (!encoder.equals("zstd-" + VERSION)) {
            throw new PackingFault.Unavailable(text, "this build has zstd " + VERSION);
        }
        Matcher matcher = PARAMETERS.matcher(parameters);
        if (!matcher.matches() || Integer.parseInt(matcher.group(1)) > MAX_LEVEL) {
            throw new PackingFault.Unavailable(text, "expected a level from 1 to " + MAX_LEVEL);
        }
        String shape = matcher.group(2) == null ? "" : matcher.group(2);
        return new ZstdPacking(Integer.parseInt(matcher.group(1)), Shape.parse(text, shape));
    }

    @Override
    public PackedKind kind() {
        return PackedKind.ZSTD;
    }

    @Override
    public String text() {
        return "zstd-" + VERSION + ":" + level + (shape.text.isEmpty() ? "" : "," + shape.text);
    }

    @Override
    public byte[] pack(byte[] plain) {
        if (shape == Shape.BLOCK) return Zstd.compress(plain, level);
        var packed = new ByteArrayOutputStream(plain.length / 3);
        stream(
                plain,
                (piece, bytes) -> {
                    packed.write(piece, 0, bytes);
                    return true;
                });
        return packed.toByteArray();
    }

    /// Stops at the first piece that is another.
    @Override
    public boolean gives(byte[] packed, byte[] plain) {
        if (shape == Shape.BLOCK) return Arrays.equals(packed, pack(plain));
        var compared = new ComparedPieces(packed);
        stream(plain, compared::more);
        return compared.isWhole();
    }

    /// Takes the packed bytes as they are made, and says whether to go on.
    private interface Pieces {
        boolean more(byte[] piece, int bytes);
    }

    private void stream(byte[] plain, Pieces pieces) {
        try (var context = new ZstdCompressCtx()) {
            context.setLevel(level).setChecksum(shape.checked).setContentSize(true);
            if (shape.workers > 0) context.setWorkers(shape.workers);
            if (shape.sized) context.setPledgedSrcSize(plain.length);
            stream(context, plain, pieces);
        }
    }

    private static void stream(ZstdCompressCtx context, byte[] plain, Pieces pieces) {
        ByteBuffer in = ByteBuffer.allocateDirect(PIECE_BYTES);
        ByteBuffer out = ByteBuffer.allocateDirect(PIECE_BYTES);
        var piece = new byte[PIECE_BYTES];
        int at = 0;
        boolean ended = false;
        while (!ended) {
            if (!in.hasRemaining() || at == 0) {
                int bytes = Math.min(PIECE_BYTES, plain.length - at);
                in.clear().put(plain, at, bytes).flip();
                at += bytes;
            }
            EndDirective then = at == plain.length ? EndDirective.END : EndDirective.CONTINUE;
            out.clear();
            boolean flushed = context.compressDirectByteBufferStream(out, in, then);
            ended = then == EndDirective.END && flushed;
            int made = out.flip().remaining();
            out.get(piece, 0, made);
            if (!pieces.more(piece, made)) return;
        }
    }

    @Override
    public long memoryBytes(int plainBytes, int packedBytes) {
        return ZstdMemory.bytes(level, plainBytes, shape.workers > 0, shape != Shape.BLOCK);
    }
}
