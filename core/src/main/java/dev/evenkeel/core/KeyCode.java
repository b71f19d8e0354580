// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.core;

import java.util.Locale;
import java.util.regex.Pattern;

/// The short form of a device's public key that people compare: what `evenkeel-agent status` shows
/// and what the console shows must be equal before somebody lets the device in. Fifty bits of the
/// key's SHA-256, so that finding another key with the same code takes some 10^15 keys; whoever
/// approves a code approves the one key that came with it.
public record KeyCode(String text) implements Comparable<KeyCode> {
    private static final String ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    private static final int HALF = 5;
    private static final int BITS = 5;
    private static final Pattern SHAPE =
            Pattern.compile("[" + ALPHABET + "]{5}-[" + ALPHABET + "]{5}");

    public KeyCode {
        if (!SHAPE.matcher(text).matches()) {
            throw new MalformedInput(
                    "not a code of a device, such as 7K2QX-0MVPA: '"
                            + (text.length() <= 40 ? text : text.substring(0, 40) + "...")
                            + "'");
        }
    }

    /// The code of the key with this fingerprint.
    ///
    /// @param fingerprint of the key: SHA-256 of its SubjectPublicKeyInfo
    public static KeyCode of(Digest fingerprint) {
        byte[] raw = fingerprint.raw();
        long bits = 0;
        for (int i = 0; i < 7; i++) bits = (bits << 8) | (raw[i] & 0xff);
        var text = new StringBuilder();
        for (int i = 0; i < 2 * HALF; i++) {
            if (i == HALF) text.append('-');
            text.append(ALPHABET.charAt((int) (bits >>> (56 - BITS * (i + 1))) & 31));
        }
        return new KeyCode(text.toString());
    }

    /// As a person types it: small letters, no hyphen, O for 0, I or L for 1.
    public static KeyCode typed(String text) {
        String bare =
                text.replaceAll("[\\s-]", "")
                        .toUpperCase(Locale.ROOT)
                        .replace('O', '0')
                        .replace('I', '1')
                        .replace('L', '1');
        return new KeyCode(
                bare.length() == 2 * HALF
                        ? bare.substring(0, HALF) + "-" + bare.substring(HALF)
                        : text);
    }

    @Override
    public int compareTo(KeyCode other) {
        return text.compareTo(other.text);
    }

    @Override
    public String toString() {
        return text;
    }
}
