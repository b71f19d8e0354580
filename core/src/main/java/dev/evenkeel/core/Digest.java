// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.core;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// A SHA-256 digest (FIPS 180-4), the name of every content in Evenkeel. Written as 64 lower-case
/// hexadecimal digits.
public record Digest(String hex) implements Comparable<Digest> {
    public static final int SIZE_BYTES = 32;

    public Digest {
        if (hex.length() != 2 * SIZE_BYTES || !hex.chars().allMatch(Digest::isLowerHex)) {
            throw new MalformedInput(
                    "not a SHA-256 digest (64 lower-case hexadecimal digits): '"
                            + abbreviate(hex)
                            + "'");
        }
    }

    public static Digest of(byte[] content) {
        return ofRaw(sha256().digest(content));
    }

    /// The digest whose 32 bytes are given.
    public static Digest ofRaw(byte[] raw) {
        if (raw.length != SIZE_BYTES) {
            throw new MalformedInput("a SHA-256 digest has 32 bytes, not " + raw.length);
        }
        return new Digest(HexFormat.of().formatHex(raw));
    }

    /// A new running SHA-256; finish it with `Digest.ofRaw(running.digest())`.
    public static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException("every Java runtime has SHA-256", missing);
        }
    }

    public byte[] raw() {
        return HexFormat.of().parseHex(hex);
    }

    /// The first twelve digits, for people.
    public String brief() {
        return hex.substring(0, 12);
    }

    @Override
    public int compareTo(Digest other) {
        return hex.compareTo(other.hex);
    }

    @Override
    public String toString() {
        return hex;
    }

    private static boolean isLowerHex(int c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
    }

    private static String abbreviate(String text) {
        return text.length() <= 80 ? text : text.substring(0, 80) + "...";
    }
}
