// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.trust;

import dev.evenkeel.core.MalformedInput;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.interfaces.ECPrivateKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;

/// An ECDSA private key on the curve P-256.
final class EcdsaSecret implements PrivateKey {
    private static final int SCALAR_BYTES = 32;
    // RFC 5915 in PKCS#8 with the public key, as OpenSSL writes it: scalar, this, point
    private static final byte[] BETWEEN = {(byte) 0xa1, 0x44, 0x03, 0x42, 0x00, 0x04};
    private static final DerTemplate PKCS8 =
            new DerTemplate(
                    "308187020100301306072a8648ce3d020106082a8648ce3d030107046d306b0201010420",
                    SCALAR_BYTES + BETWEEN.length + EcdsaKey.POINT_BYTES);

    private final byte[] scalar;
    private final java.security.PrivateKey secret;
    private final EcdsaKey publicKey;

    private EcdsaSecret(byte[] scalar, java.security.PrivateKey secret, EcdsaKey publicKey) {
        this.scalar = scalar;
        this.secret = secret;
        this.publicKey = publicKey;
    }

    static EcdsaSecret generate() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            KeyPair pair = generator.generateKeyPair();
            BigInteger s = ((ECPrivateKey) pair.getPrivate()).getS();
            return new EcdsaSecret(
                    fixed(s), pair.getPrivate(), EcdsaKey.fromSpki(pair.getPublic().getEncoded()));
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException("every Java runtime has P-256", missing);
        }
    }

    static boolean isPkcs8(byte[] der) {
        return PKCS8.fits(der);
    }

    static EcdsaSecret fromPkcs8(byte[] der) {
        byte[] content = PKCS8.content(der);
        int point = SCALAR_BYTES + BETWEEN.length;
        if (!Arrays.equals(content, SCALAR_BYTES, point, BETWEEN, 0, BETWEEN.length)) {
            throw new MalformedInput("not an ECDSA private key with its public key (RFC 5915)");
        }
        var publicKey = new EcdsaKey(Arrays.copyOfRange(content, point, content.length));
        try {
            var read =
                    new EcdsaSecret(
                            Arrays.copyOf(content, SCALAR_BYTES),
                            KeyFactory.getInstance("EC")
                                    .generatePrivate(new PKCS8EncodedKeySpec(der)),
                            publicKey);
            // the two halves come from outside: together they must sign
            if (publicKey.verifies(content, read.sign(content))) return read;
        } catch (GeneralSecurityException | IllegalStateException unusable) {
            throw new MalformedInput("not a private key of the curve P-256", unusable);
        }
        throw new MalformedInput("an ECDSA private key beside the public key of another");
    }

    private static byte[] fixed(BigInteger number) {
        byte[] bytes = number.toByteArray();
        var fixed = new byte[SCALAR_BYTES];
        int used = Math.min(bytes.length, SCALAR_BYTES);
        System.arraycopy(bytes, bytes.length - used, fixed, SCALAR_BYTES - used, used);
        return fixed;
    }

    @Override
    public byte[] toPkcs8() {
        return PKCS8.around(HybridKey.joined(HybridKey.joined(scalar, BETWEEN), publicKey.point()));
    }

    @Override
    public EcdsaKey publicKey() {
        return publicKey;
    }

    @Override
    public byte[] sign(byte[] message) {
        return Jca.ECDSA.sign(secret, message);
    }

    @Override
    public String toString() {
        return "private key of " + publicKey;
    }
}
