// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.content.delta;

import dev.evenkeel.content.FormatHeader;
import dev.evenkeel.core.Digest;
import java.nio.ByteBuffer;

/// The first bytes of a delta: enough to know how much of it is the head, and to check the head
/// before it is unpacked.
final class DeltaPrefix {
    static final int BYTES = 48;
    private static final FormatHeader HEADER = new FormatHeader("delta", "EKDL", 1, BYTES);

    record Fields(int plainBytes, int packedBytes, Digest digest) {}

    Fields read(byte[] delta) {
        int most = DeltaHead.maxBytes();
        ByteBuffer in = HEADER.read(delta, BYTES + most);
        int plainBytes = in.getInt();
        int packedBytes = in.getInt();
        if (FormatHeader.length(delta) != BYTES) {
            throw HEADER.broken(
                    "has a prefix of " + FormatHeader.length(delta) + " bytes, expected " + BYTES);
        }
        if (plainBytes < 0 || plainBytes > most || packedBytes < 0 || packedBytes > most) {
            throw HEADER.broken("has a larger head than " + most + " bytes");
        }
        var digest = new byte[Digest.SIZE_BYTES];
        in.get(digest);
        return new Fields(plainBytes, packedBytes, Digest.ofRaw(digest));
    }

    byte[] write(byte[] head, int dictionaryBytes) {
        byte[] packed = Lzma.pack(head, dictionaryBytes);
        ByteBuffer out = ByteBuffer.allocate(BYTES + packed.length);
        HEADER.write(out);
        out.putInt(head.length).putInt(packed.length).put(Digest.of(packed).raw()).put(packed);
        return out.array();
    }
}
