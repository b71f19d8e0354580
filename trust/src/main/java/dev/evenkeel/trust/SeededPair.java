// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.trust;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.spec.NamedParameterSpec;

/// Key pairs that follow from 32 secret bytes. The JDK derives a public key only while it generates
/// a pair: this lets it "generate" the pair of a known secret.
final class SeededPair {
    static final int SEED_BYTES = 32;

    private SeededPair() {}

    static KeyPair of(NamedParameterSpec algorithm, byte[] seed) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm.getName());
            generator.initialize(algorithm, new FixedBytes(seed));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException("every Java 25 has " + algorithm.getName(), missing);
        }
    }

    static byte[] newSeed() {
        var seed = new byte[SEED_BYTES];
        new SecureRandom().nextBytes(seed);
        return seed;
    }

    private static final class FixedBytes extends SecureRandom {
        private final byte[] seed;

        FixedBytes(byte[] seed) {
            this.seed = seed.clone();
        }

        @Override
        public void nextBytes(byte[] bytes) {
            if (bytes.length != seed.length) {
                throw new IllegalStateException(
                        "a seed has " + seed.length + " bytes, asked for " + bytes.length);
            }
            System.arraycopy(seed, 0, bytes, 0, seed.length);
        }
    }
}
