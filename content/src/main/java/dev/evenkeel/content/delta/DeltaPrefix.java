// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.content.delta;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.evenkeel.core.Digest;
import dev.evenkeel.core.MalformedInput;
import java.nio.ByteBuffer;

/// The first bytes of a delta: enough to know how much of it is the head, and to check the head
/// before it is unpacked.
final class DeltaPrefix {
    static final int BYTES = 48;
    private static final String MAGIC = "EKDL";
    private static final int FORMAT = 1;

    record Fields(int plainBytes, int packedBytes, Digest digest) {}

    Fields read(byte[] delta) {
        if (delta.length < BYTES) {
            throw new MalformedInput(
                    "delta: ends after " + delta.length + " bytes, its prefix alone has " + BYTES);
        }
        ByteBuffer in = ByteBuffer.wrap(delta, 0, BYTES);
        var magic = new byte[4];
        in.get(magic);
        if (!new String(magic, US_ASCII).equals(MAGIC)) {
            throw new MalformedInput(
                    "delta: does not start with '"
                            + MAGIC
                            + "', so it is something else or"
                            + " damaged");
        }
        int format = in.getShort();
        if (format != FORMAT) {
            throw new MalformedInput(
                    "delta: has format " + format + ", this version reads " + FORMAT);
        }
        in.getShort();
        int plainBytes = in.getInt();
        int packedBytes = in.getInt();
        int most = DeltaHead.maxBytes();
        if (plainBytes < 0 || plainBytes > most || packedBytes < 0 || packedBytes > most) {
            throw new MalformedInput("delta: expected a head of at most " + most + " bytes");
        }
        var digest = new byte[Digest.SIZE_BYTES];
        in.get(digest);
        return new Fields(plainBytes, packedBytes, Digest.ofRaw(digest));
    }

    byte[] write(byte[] head, int dictionaryBytes) {
        byte[] packed = Lzma.pack(head, dictionaryBytes);
        ByteBuffer out = ByteBuffer.allocate(BYTES + packed.length);
        out.put(MAGIC.getBytes(US_ASCII)).putShort((short) FORMAT).putShort((short) BYTES);
        out.putInt(head.length).putInt(packed.length).put(Digest.of(packed).raw()).put(packed);
        return out.array();
    }
}
