// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.image;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.Base64;

/// An SSH key of somebody who wants to log in.
record LoginKey(KeyPair keys) {
    private static final String TYPE = "ssh-ed25519";
    private static final int RAW_BYTES = 32;

    static LoginKey generate() {
        try {
            return new LoginKey(KeyPairGenerator.getInstance("Ed25519").generateKeyPair());
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException(missing);
        }
    }

    /// As in `id_ed25519.pub`.
    String publicLine() {
        byte[] encoded = keys.getPublic().getEncoded();
        byte[] blob =
                ByteBuffer.allocate(8 + TYPE.length() + RAW_BYTES)
                        .putInt(TYPE.length())
                        .put(TYPE.getBytes(US_ASCII))
                        .putInt(RAW_BYTES)
                        .put(encoded, encoded.length - RAW_BYTES, RAW_BYTES)
                        .array();
        return TYPE + " " + Base64.getEncoder().encodeToString(blob) + " somebody@desk";
    }

    /// As ssh(1) reads it.
    String privatePem() {
        return "-----BEGIN PRIVATE KEY-----\n"
                + Base64.getEncoder().encodeToString(keys.getPrivate().getEncoded())
                + "\n-----END PRIVATE KEY-----\n";
    }
}
