// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.trust;

import dev.evenkeel.core.MalformedInput;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.Optional;

/// An RSA private key.
final class RsaSecret implements PrivateKey {
    private static final int NEW_BITS = 3072;
    private static final int MOST_PKCS8_BYTES = 6000;

    private final RSAPrivateCrtKey secret;
    private final RsaKey publicKey;

    private RsaSecret(RSAPrivateCrtKey secret) {
        this.secret = secret;
        this.publicKey = new RsaKey(secret.getModulus());
    }

    static RsaSecret generate() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(NEW_BITS);
            return new RsaSecret((RSAPrivateCrtKey) generator.generateKeyPair().getPrivate());
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException("every Java runtime has RSA", missing);
        }
    }

    static boolean isPkcs8(byte[] der) {
        return read(der).isPresent();
    }

    static RsaSecret fromPkcs8(byte[] der) {
        try {
            var read =
                    new RsaSecret(
                            read(der)
                                    .orElseThrow(
                                            () -> new MalformedInput("not an RSA private key")));
            // refuses what nobody would count: too short, or another exponent
            var publicKey = RsaKey.fromSpki(read.publicKey.toSpki(), KeyRules.OWN);
            if (publicKey.verifies(der, read.sign(der))) return read;
        } catch (IllegalStateException unusable) {
            throw new MalformedInput("an RSA private key that does not sign", unusable);
        }
        throw new MalformedInput("an RSA private key whose numbers do not belong together");
    }

    private static Optional<RSAPrivateCrtKey> read(byte[] der) {
        if (der.length > MOST_PKCS8_BYTES) return Optional.empty();
        try {
            var key = KeyFactory.getInstance("RSA").generatePrivate(new PKCS8EncodedKeySpec(der));
            return key instanceof RSAPrivateCrtKey crt && Arrays.equals(der, key.getEncoded())
                    ? Optional.of(crt)
                    : Optional.empty();
        } catch (GeneralSecurityException notRsa) {
            return Optional.empty();
        }
    }

    @Override
    public byte[] toPkcs8() {
        return secret.getEncoded();
    }

    @Override
    public RsaKey publicKey() {
        return publicKey;
    }

    @Override
    public byte[] sign(byte[] message) {
        return Jca.RSA.sign(secret, message);
    }

    @Override
    public String toString() {
        return "private key of " + publicKey;
    }
}
