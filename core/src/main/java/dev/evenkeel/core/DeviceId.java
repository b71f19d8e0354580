// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.core;

import java.util.random.RandomGenerator;
import java.util.regex.Pattern;

/// The name of one device for as long as it lives: 128 random bits, never derived from a key, a
/// serial or a MAC, so that none of these has to stay for the name to stay. Written as `dev-` and
/// 26 digits of Crockford's base 32.
public record DeviceId(String text) implements Comparable<DeviceId> {
    private static final String ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";
    private static final int DIGITS = 26;
    private static final Pattern SHAPE = Pattern.compile("dev-[" + ALPHABET + "]{" + DIGITS + "}");

    public DeviceId {
        if (!SHAPE.matcher(text).matches()) {
            throw new MalformedInput(
                    "not a device id (dev- and 26 base-32 digits): '"
                            + (text.length() <= 80 ? text : text.substring(0, 80) + "...")
                            + "'");
        }
    }

    /// A new name; `random` must be a cryptographic source outside tests.
    public static DeviceId random(RandomGenerator random) {
        var text = new StringBuilder("dev-");
        for (int i = 0; i < DIGITS; i++) {
            // 130 bits are drawn for 128: the first digit keeps to the lower eight, so the text is
            // a 128 bit number
            int digit = random.nextInt(i == 0 ? 8 : ALPHABET.length());
            text.append(ALPHABET.charAt(digit));
        }
        return new DeviceId(text.toString());
    }

    @Override
    public int compareTo(DeviceId other) {
        return text.compareTo(other.text);
    }

    @Override
    public String toString() {
        return text;
    }
}
