// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.content.delta;

import dev.evenkeel.core.MalformedInput;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import org.tukaani.xz.FinishableWrapperOutputStream;
import org.tukaani.xz.LZMA2InputStream;
import org.tukaani.xz.LZMA2Options;

/// Bytes as a raw LZMA2 stream. The dictionary decides the memory of the reader and is told beside
/// the stream.
final class Lzma {
    private static final int SMALLEST_DICTIONARY = 4096;

    private Lzma() {}

    /// Encoder settings: bits of context from the byte before, and of the position.
    private record Shape(int lc, int lp, int pb) {}

    private static final Shape USUAL = new Shape(3, 0, 2);
    private static final Shape LOOSE = new Shape(0, 0, 2);

    static byte[] pack(byte[] plain, int dictionaryBytes) {
        byte[] usual = pack(plain, dictionaryBytes, USUAL);
        byte[] loose = pack(plain, dictionaryBytes, LOOSE);
        return loose.length < usual.length ? loose : usual;
    }

    private static byte[] pack(byte[] plain, int dictionaryBytes, Shape shape) {
        var out = new ByteArrayOutputStream();
        try {
            var options = new LZMA2Options(9);
            options.setDictSize(Math.max(SMALLEST_DICTIONARY, dictionaryBytes));
            options.setLcLp(shape.lc(), shape.lp());
            options.setPb(shape.pb());
            try (var packing = options.getOutputStream(new FinishableWrapperOutputStream(out))) {
                packing.write(plain);
                packing.finish();
            }
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return out.toByteArray();
    }

    /// The plain bytes as they are read. The caller bounds `dictionaryBytes`.
    static InputStream unpack(byte[] packed, int offset, int length, int dictionaryBytes) {
        return new LZMA2InputStream(
                new ByteArrayInputStream(packed, offset, length),
                Math.max(SMALLEST_DICTIONARY, dictionaryBytes));
    }

    /// Exactly `plainBytes` bytes.
    static byte[] unpackAll(String what, byte[] packed, int plainBytes, int dictionaryBytes) {
        try (InputStream in = unpack(packed, 0, packed.length, dictionaryBytes)) {
            byte[] plain = in.readNBytes(plainBytes);
            if (plain.length != plainBytes || in.read() >= 0) {
                throw new MalformedInput(what + ": does not unpack to " + plainBytes + " bytes");
            }
            return plain;
        } catch (IOException broken) {
            throw new MalformedInput(what + ": is no LZMA2 stream: " + broken.getMessage());
        }
    }
}
