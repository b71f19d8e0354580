// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.trust;

import dev.evenkeel.core.Dsse;
import dev.evenkeel.core.MalformedInput;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.interfaces.EdECPrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;

/// An Ed25519 private key in memory. It never prints itself.
public final class PrivateKey implements Dsse.Signer {
    private final java.security.PrivateKey secret;
    private final PublicKey publicKey;

    private PrivateKey(KeyPair pair) {
        this.secret = pair.getPrivate();
        this.publicKey = PublicKey.fromSpki(pair.getPublic().getEncoded());
    }

    public static PrivateKey generate() {
        return new PrivateKey(pair(new SecureRandom()));
    }

    /// The key in `der`, an unencrypted PKCS#8 (RFC 8410).
    public static PrivateKey fromPkcs8(byte[] der) {
        try {
            java.security.PrivateKey read =
                    KeyFactory.getInstance("Ed25519").generatePrivate(new PKCS8EncodedKeySpec(der));
            if (read instanceof EdECPrivateKey key && key.getBytes().isPresent()) {
                return fromSeed(key.getBytes().get());
            }
            throw new MalformedInput("not an Ed25519 private key");
        } catch (GeneralSecurityException wrong) {
            throw new MalformedInput("not an Ed25519 private key in PKCS#8", wrong);
        }
    }

    /// The key whose 32 secret bytes are given.
    static PrivateKey fromSeed(byte[] seed) {
        return new PrivateKey(pair(new FixedBytes(seed)));
    }

    public byte[] toPkcs8() {
        return secret.getEncoded();
    }

    public PublicKey publicKey() {
        return publicKey;
    }

    @Override
    public String keyId() {
        return publicKey.id();
    }

    @Override
    public byte[] sign(byte[] message) {
        try {
            Signature signature = Signature.getInstance("Ed25519");
            signature.initSign(secret);
            signature.update(message);
            return signature.sign();
        } catch (GeneralSecurityException broken) {
            throw new IllegalStateException("every Java runtime signs with Ed25519", broken);
        }
    }

    @Override
    public String toString() {
        return "private key of " + publicKey;
    }

    private static KeyPair pair(SecureRandom random) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("Ed25519");
            generator.initialize(255, random);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException("every Java runtime has Ed25519", missing);
        }
    }

    /// The JDK derives a public key only while it generates a pair: this lets it "generate" the
    /// pair of a known secret.
    private static final class FixedBytes extends SecureRandom {
        private final byte[] seed;

        FixedBytes(byte[] seed) {
            this.seed = seed.clone();
        }

        @Override
        public void nextBytes(byte[] bytes) {
            if (bytes.length != seed.length) {
                throw new IllegalStateException(
                        "an Ed25519 secret has 32 bytes, asked for " + bytes.length);
            }
            System.arraycopy(seed, 0, bytes, 0, seed.length);
        }
    }
}
