// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.content;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.evenkeel.core.MalformedInput;
import java.nio.ByteBuffer;

/// The eight bytes with which every binary format here starts: magic, format, length of the whole
/// header. A reader takes the fields that it knows and skips the rest of the header, so that a
/// later writer can add fields; what an old reader must not skip gets a new format number.
public record FormatHeader(String what, String magic, int newestFormat, int knownBytes) {
    static final int SIZE_BYTES = 8;

    /// A buffer over the header's own fields; what follows the header starts at [#length].
    public ByteBuffer read(byte[] bytes, int maxBytes) {
        if (bytes.length > maxBytes) {
            throw broken("is " + bytes.length + " bytes long, more than the limit of " + maxBytes);
        }
        if (bytes.length < knownBytes) {
            throw broken(
                    "ends after "
                            + bytes.length
                            + " bytes, its header alone has "
                            + knownBytes
                            + "; it was cut off");
        }
        ByteBuffer in = ByteBuffer.wrap(bytes);
        var found = new byte[magic.length()];
        in.get(found);
        if (!magic.equals(new String(found, US_ASCII))) {
            throw broken("does not start with '" + magic + "', so it is something else or damaged");
        }
        int format = Short.toUnsignedInt(in.getShort());
        if (format < 1 || format > newestFormat) {
            throw broken("has format " + format + ", this version reads 1 to " + newestFormat);
        }
        int headerBytes = length(bytes);
        if (headerBytes < knownBytes || headerBytes > bytes.length) {
            throw broken(
                    "has a header of "
                            + headerBytes
                            + " bytes, expected "
                            + knownBytes
                            + " to "
                            + bytes.length);
        }
        return in.position(SIZE_BYTES);
    }

    public void write(ByteBuffer out) {
        out.put(magic.getBytes(US_ASCII))
                .putShort((short) newestFormat)
                .putShort((short) knownBytes);
    }

    public MalformedInput broken(String how) {
        return new MalformedInput(what + " " + how);
    }

    public static int length(byte[] bytes) {
        return Short.toUnsignedInt(ByteBuffer.wrap(bytes).getShort(6));
    }
}
