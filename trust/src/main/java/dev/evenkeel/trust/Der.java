// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.trust;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/// Writes ASN.1 in its distinguished encoding (X.690), as much of it as a certificate request
/// needs. Each method gives one complete element. There is no reader: certificates are read by the
/// Java runtime.
public final class Der {
    // RFC 5280, 4.1.2.5: years before 2050 have two digits
    private static final Instant LONG_YEARS_FROM = Instant.parse("2050-01-01T00:00:00Z");

    private Der() {}

    public static byte[] sequence(byte[]... elements) {
        return element(0x30, elements);
    }

    /// A set; DER wants its elements in ascending order, which is the caller's to give.
    public static byte[] set(byte[]... elements) {
        return element(0x31, elements);
    }

    public static byte[] integer(long value) {
        return integer(BigInteger.valueOf(value));
    }

    public static byte[] integer(BigInteger value) {
        return element(0x02, value.toByteArray());
    }

    public static byte[] flag(boolean value) {
        return element(0x01, new byte[] {(byte) (value ? 0xff : 0)});
    }

    /// An object identifier, `1.3.101.112`.
    public static byte[] oid(String dotted) {
        String[] arcs = dotted.split("\\.", -1);
        var out = new ByteArrayOutputStream();
        base128(out, 40 * Long.parseLong(arcs[0]) + Long.parseLong(arcs[1]));
        for (int i = 2; i < arcs.length; i++) base128(out, Long.parseLong(arcs[i]));
        return element(0x06, out.toByteArray());
    }

    private static void base128(ByteArrayOutputStream out, long arc) {
        int groups = Math.max(1, (70 - Long.numberOfLeadingZeros(arc)) / 7);
        for (int i = groups - 1; i >= 0; i--) {
            int more = i > 0 ? 0x80 : 0;
            out.write((int) ((arc >>> (7 * i)) & 0x7f) | more);
        }
    }

    public static byte[] utf8(String text) {
        return element(0x0c, text.getBytes(StandardCharsets.UTF_8));
    }

    public static byte[] octets(byte[] bytes) {
        return element(0x04, bytes);
    }

    /// Whole bytes of bits.
    public static byte[] bits(byte[] bytes) {
        return element(0x03, new byte[] {0}, bytes);
    }

    /// A moment as certificates have it, in whole seconds.
    public static byte[] time(Instant moment) {
        boolean isLong = !moment.isBefore(LONG_YEARS_FROM);
        DateTimeFormatter shape =
                DateTimeFormatter.ofPattern(
                        isLong ? "uuuuMMddHHmmss'Z'" : "uuMMddHHmmss'Z'", Locale.ROOT);
        byte[] text =
                shape.format(moment.atOffset(ZoneOffset.UTC)).getBytes(StandardCharsets.US_ASCII);
        return element(isLong ? 0x18 : 0x17, text);
    }

    /// `[number] EXPLICIT` or a constructed `IMPLICIT`.
    public static byte[] tagged(int number, byte[]... elements) {
        return element(0xa0 | shortTag(number), elements);
    }

    /// `[number] IMPLICIT` of something primitive.
    public static byte[] primitive(int number, byte[] content) {
        return element(0x80 | shortTag(number), content);
    }

    private static int shortTag(int number) {
        if (number < 0 || number > 30) throw new IllegalArgumentException("tag " + number);
        return number;
    }

    private static byte[] element(int tag, byte[]... parts) {
        int length = 0;
        for (byte[] part : parts) length += part.length;
        var out = new ByteArrayOutputStream(length + 6);
        out.write(tag);
        writeLength(out, length);
        for (byte[] part : parts) out.writeBytes(part);
        return out.toByteArray();
    }

    private static void writeLength(ByteArrayOutputStream out, int length) {
        if (length < 0x80) {
            out.write(length);
            return;
        }
        int bytes = (39 - Integer.numberOfLeadingZeros(length)) / 8;
        out.write(0x80 | bytes);
        for (int i = bytes - 1; i >= 0; i--) out.write(length >>> (8 * i));
    }
}
