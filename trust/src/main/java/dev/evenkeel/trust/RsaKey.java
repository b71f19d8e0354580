// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.trust;

import dev.evenkeel.core.MalformedInput;
import dev.evenkeel.core.json.JsonObject;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.RSAPublicKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;

/// An RSA public key that signs by RSASSA-PSS with SHA-256 (RFC 8017), exponent 65537.
record RsaKey(BigInteger modulus) implements PublicKey {
    static final String TYPE = "rsa";
    static final String SCHEME = "rsassa-pss-sha256";

    /// More would let one signature cost a verifier seconds.
    static final int MOST_BITS = 8192;

    private static final int MOST_SPKI_BYTES = 1200;
    private static final BigInteger EXPONENT = BigInteger.valueOf(65537);

    RsaKey {
        if (modulus.bitLength() > MOST_BITS
                || modulus.bitLength() % 8 != 0
                || !modulus.testBit(0)) {
            throw new MalformedInput(
                    "an RSA modulus is odd and has whole bytes up to "
                            + MOST_BITS
                            + " bits, found "
                            + modulus.bitLength()
                            + " bits");
        }
    }

    static boolean isSpki(byte[] der) {
        return der.length <= MOST_SPKI_BYTES && read(der).isPresent();
    }

    static RsaKey fromSpki(byte[] der, KeyRules rules) {
        RSAPublicKey read =
                read(der)
                        .orElseThrow(() ->
                                new MalformedInput(
                                        "expected an RSA key with exponent 65537 (RFC 8017), found "
                                                + der.length
                                                + " bytes of something else"));
        if (read.getModulus().bitLength() < rules.leastRsaBits()) {
            throw new MalformedInput(
                    "expected an RSA key of at least "
                            + rules.leastRsaBits()
                            + " bits, found one of "
                            + read.getModulus().bitLength());
        }
        return new RsaKey(read.getModulus());
    }

    private static Optional<RSAPublicKey> read(byte[] der) {
        if (der.length > MOST_SPKI_BYTES) return Optional.empty();
        try {
            var key = KeyFactory.getInstance("RSA").generatePublic(new X509EncodedKeySpec(der));
            // the one encoding of one key, so that one key has one id
            boolean strict = Arrays.equals(key.getEncoded(), der);
            return strict
                            && key instanceof RSAPublicKey rsa
                            && rsa.getPublicExponent().equals(EXPONENT)
                    ? Optional.of(rsa)
                    : Optional.empty();
        } catch (GeneralSecurityException notRsa) {
            return Optional.empty();
        }
    }

    static Optional<PublicKey> fromTufJson(JsonObject json, String scheme, KeyRules rules) {
        if (!scheme.equals(SCHEME)) return Optional.empty();
        String pem = json.object("keyval").text("public");
        return Optional.of(fromSpki(Pem.only(Pem.PUBLIC_KEY, pem), rules));
    }

    @Override
    public KeyType type() {
        return KeyType.RSA;
    }

    @Override
    public Set<String> material() {
        return Set.of(TYPE + ":" + modulus.toString(16));
    }

    @Override
    public boolean verifies(byte[] message, byte[] signature) {
        return signature.length == modulus.bitLength() / 8
                && Jca.RSA.verifies(toSpki(), message, signature);
    }

    @Override
    public byte[] toSpki() {
        try {
            return KeyFactory.getInstance("RSA")
                    .generatePublic(new RSAPublicKeySpec(modulus, EXPONENT))
                    .getEncoded();
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException("every Java runtime has RSA", missing);
        }
    }

    @Override
    public JsonObject toTufJson() {
        return JsonObject.of("keytype", TYPE)
                .with("keyval", JsonObject.of("public", Pem.write(Pem.PUBLIC_KEY, toSpki())))
                .with("scheme", SCHEME);
    }

    @Override
    public String toString() {
        return TYPE + ":" + id().substring(0, 12);
    }
}
