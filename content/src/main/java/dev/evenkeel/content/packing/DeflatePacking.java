// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.content.packing;

import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.Adler32;

/// Deflate as zlib or GNU gzip make it, by code of our own, which is the same on every machine.
///
/// @param flavour whose encoder it was
/// @param level 1 to 9
/// @param memLevel of zlib: 8 is its default, some take 9; gzip has none, and 8 stands for it
/// @param wrapped with zlib's header and checksum around it (RFC 1950), as squashfs has it
public record DeflatePacking(Flavour flavour, int level, int memLevel, boolean wrapped)
        implements Packing {
    /// All that an encoder keeps: window, chains and the symbols of a block.
    private static final long MEMORY_BYTES = 1 << 20;

    private static final int HEADER_BYTES = 2;
    private static final Pattern ZLIB = Pattern.compile("([1-9]):([89])(,wrapped)?");
    private static final Pattern GZIP = Pattern.compile("([1-9])");

    /// Whose deflate it is. Both go back to one program, and differ in how blocks end and in what
    /// they do at the end of the input.
    public enum Flavour {
        /// zlib, as jar, zip, Java, Python and most others use it.
        ZLIB,
        /// The `gzip` program of GNU.
        GZIP
    }

    public DeflatePacking {
        if (level < 1 || level > DeflateLevel.MAX || memLevel < 8 || memLevel > 9) {
            throw new IllegalArgumentException("level " + level + ", memory level " + memLevel);
        }
    }

    static DeflatePacking zlib(int level, int memLevel) {
        return new DeflatePacking(Flavour.ZLIB, level, memLevel, false);
    }

    static DeflatePacking gzip(int level) {
        return new DeflatePacking(Flavour.GZIP, level, 8, false);
    }

    static DeflatePacking parse(String text, Flavour flavour, String parameters) {
        Matcher matcher = (flavour == Flavour.ZLIB ? ZLIB : GZIP).matcher(parameters);
        if (!matcher.matches()) {
            throw new PackingFault.Unavailable(
                    text, "expected a level from 1 to 9, and for zlib a memory level of 8 or 9");
        }
        int level = Integer.parseInt(matcher.group(1));
        return flavour == Flavour.GZIP
                ? gzip(level)
                : new DeflatePacking(
                        flavour,
                        level,
                        Integer.parseInt(matcher.group(2)),
                        matcher.group(3) != null);
    }

    @Override
    public PackedKind kind() {
        return wrapped ? PackedKind.ZLIB : PackedKind.DEFLATE;
    }

    @Override
    public String text() {
        return flavour == Flavour.GZIP
                ? "gzip:" + level
                : "zlib:" + level + ":" + memLevel + (wrapped ? ",wrapped" : "");
    }

    @Override
    public byte[] pack(byte[] plain) {
        byte[] deflated = DeflateEncoder.pack(flavour, level, memLevel, plain);
        return wrapped ? wrap(deflated, plain) : deflated;
    }

    @Override
    public boolean gives(byte[] packed, byte[] plain) {
        if (!wrapped) return DeflateEncoder.gives(flavour, level, memLevel, plain, packed);
        if (packed.length < HEADER_BYTES + Integer.BYTES || header() != header(packed)) {
            return false;
        }
        return Arrays.equals(packed, pack(plain));
    }

    private byte[] wrap(byte[] deflated, byte[] plain) {
        var sum = new Adler32();
        sum.update(plain);
        var packed = new byte[HEADER_BYTES + deflated.length + Integer.BYTES];
        packed[0] = (byte) (header() >>> 8);
        packed[1] = (byte) header();
        System.arraycopy(deflated, 0, packed, HEADER_BYTES, deflated.length);
        for (int i = 0; i < Integer.BYTES; i++) {
            packed[packed.length - 1 - i] = (byte) (sum.getValue() >>> (8 * i));
        }
        return packed;
    }

    /// RFC 1950, 2.2: deflate with a window of 32 KiB, a hint at the level, and a multiple of 31.
    private int header() {
        int hint = level == 1 ? 0 : level < 6 ? 1 : level == 6 ? 2 : 3;
        int header = 0x7800 | (hint << 6);
        return header + 31 - header % 31;
    }

    private static int header(byte[] packed) {
        return ((packed[0] & 0xFF) << 8) | (packed[1] & 0xFF);
    }

    @Override
    public long memoryBytes(int plainBytes, int packedBytes) {
        return MEMORY_BYTES;
    }
}
