// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.trust;

import dev.evenkeel.core.MalformedInput;
import java.util.Arrays;
import java.util.stream.Collectors;

/// The types of keys that are counted.
public enum KeyType {
    ED25519("ed25519"),
    /// Over the curve P-256, as hardware tokens have it.
    ECDSA("ecdsa"),
    /// RSASSA-PSS of 3072 bits and more, for tokens that have nothing better.
    RSA("rsa"),
    /// Ed25519 and ML-DSA-65: holds as long as either of the two does.
    HYBRID("hybrid");

    private final String text;

    KeyType(String text) {
        this.text = text;
    }

    public static KeyType parse(String text) {
        for (KeyType type : values()) {
            if (type.text.equals(text)) return type;
        }
        throw new MalformedInput(
                "not a key type: '"
                        + text
                        + "'; there are "
                        + Arrays.stream(values())
                                .map(KeyType::toString)
                                .collect(Collectors.joining(", ")));
    }

    @Override
    public String toString() {
        return text;
    }
}
