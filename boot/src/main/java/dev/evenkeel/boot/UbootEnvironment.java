// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.boot;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.evenkeel.core.MalformedInput;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.CRC32;

/// A U-Boot environment: variables as U-Boot and libubootenv store them, in a fixed area under a
/// CRC. Two formats: plain (CRC, variables) and redundant (CRC, flag byte, variables; two copies,
/// the flag tells which is newer). As in U-Boot a variable without a value is not there. Values are
/// bytes, held here as ISO 8859-1 text, so that nothing is lost. Format:
/// `docs/formats/boot-record.md`.
public record UbootEnvironment(SortedMap<String, String> variables) {
    /// The size of the whole area, as the boot script has it (0x2000).
    public static final int SIZE_BYTES = 0x2000;

    private static final int CRC_BYTES = 4;
    private static final int FLAG_BYTES = 1;

    /// An environment in the redundant format with its flag byte, a counter from 0 to 255.
    public record Redundant(int flag, UbootEnvironment environment) {}

    public UbootEnvironment {
        variables.forEach(UbootEnvironment::check);
        var valued = new TreeMap<>(variables);
        valued.values().removeIf(String::isEmpty);
        variables = Collections.unmodifiableSortedMap(valued);
    }

    public UbootEnvironment(Map<String, String> variables) {
        this(new TreeMap<>(variables));
    }

    /// The value of a variable, or an empty text: U-Boot knows no difference.
    public String value(String name) {
        return variables.getOrDefault(name, "");
    }

    public UbootEnvironment with(String name, String value) {
        var changed = new TreeMap<>(variables);
        changed.put(name, value);
        return new UbootEnvironment(changed);
    }

    public static UbootEnvironment readPlain(byte[] area) {
        return read(area, CRC_BYTES);
    }

    public static Redundant readRedundant(byte[] area) {
        UbootEnvironment environment = read(area, CRC_BYTES + FLAG_BYTES);
        return new Redundant(area[CRC_BYTES] & 0xff, environment);
    }

    /// The whole area, [#SIZE_BYTES] long; byte for byte what `env export -c` makes of the same
    /// variables.
    public byte[] toPlain() {
        return write(CRC_BYTES);
    }

    public byte[] toRedundant(int flag) {
        if (flag < 0 || flag > 255) {
            throw new IllegalArgumentException("a flag byte is 0 to 255, not " + flag);
        }
        byte[] area = write(CRC_BYTES + FLAG_BYTES);
        area[CRC_BYTES] = (byte) flag;
        return area;
    }

    private static UbootEnvironment read(byte[] area, int headerBytes) {
        if (area.length != SIZE_BYTES) {
            throw new MalformedInput(
                    "U-Boot environment: expected " + SIZE_BYTES + " bytes, found " + area.length);
        }
        int expected = ByteBuffer.wrap(area).order(ByteOrder.LITTLE_ENDIAN).getInt();
        int found = crc(area, headerBytes);
        if (expected != found) {
            throw new MalformedInput(
                    String.format(
                            "U-Boot environment: its CRC says %08x, its content has %08x",
                            expected, found));
        }
        return new UbootEnvironment(parse(area, headerBytes));
    }

    /// `name=value`, each closed by a zero byte; an empty one ends the list. As in U-Boot's
    /// himport_r() a later value wins, and what has no name or no value is not there.
    private static SortedMap<String, String> parse(byte[] area, int headerBytes) {
        var variables = new TreeMap<String, String>();
        int start = headerBytes;
        while (start < area.length && area[start] != 0) {
            int end = start;
            while (end < area.length && area[end] != 0) end++;
            String entry = new String(area, start, end - start, ISO_8859_1);
            int sign = entry.indexOf('=');
            if (sign > 0) variables.put(entry.substring(0, sign), entry.substring(sign + 1));
            start = end + 1;
        }
        return variables;
    }

    private byte[] write(int headerBytes) {
        byte[] area = new byte[SIZE_BYTES];
        int at = headerBytes;
        for (Map.Entry<String, String> variable : variables.entrySet()) {
            byte[] entry = (variable.getKey() + "=" + variable.getValue()).getBytes(ISO_8859_1);
            // one zero closes the entry, a second one the list
            if (at + entry.length + 2 > SIZE_BYTES) {
                throw new MalformedInput(
                        "U-Boot environment: its variables need more than "
                                + SIZE_BYTES
                                + " bytes");
            }
            System.arraycopy(entry, 0, area, at, entry.length);
            at += entry.length + 1;
        }
        ByteBuffer.wrap(area).order(ByteOrder.LITTLE_ENDIAN).putInt(crc(area, headerBytes));
        return area;
    }

    private static int crc(byte[] area, int from) {
        var crc = new CRC32();
        crc.update(area, from, area.length - from);
        return (int) crc.getValue();
    }

    private static boolean isBytes(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) == 0 || text.charAt(i) > 0xff) return false;
        }
        return true;
    }

    private static void check(String name, String value) {
        boolean sound = !name.isEmpty() && name.indexOf('=') < 0 && isBytes(name) && isBytes(value);
        if (!sound) {
            throw new MalformedInput(
                    "not a U-Boot variable (bytes without zero, no '=' in the name): '"
                            + name
                            + "'");
        }
    }
}
