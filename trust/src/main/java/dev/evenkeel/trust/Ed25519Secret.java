// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.trust;

import java.security.KeyPair;
import java.security.spec.NamedParameterSpec;

/// An Ed25519 private key.
final class Ed25519Secret implements PrivateKey {
    // RFC 8410 without the optional public key
    private static final DerTemplate PKCS8 =
            new DerTemplate("302e020100300506032b657004220420", SeededPair.SEED_BYTES);

    private final byte[] seed;
    private final java.security.PrivateKey secret;
    private final Ed25519Key publicKey;

    private Ed25519Secret(byte[] seed) {
        KeyPair pair = SeededPair.of(NamedParameterSpec.ED25519, seed);
        this.seed = seed.clone();
        this.secret = pair.getPrivate();
        this.publicKey = Ed25519Key.fromSpki(pair.getPublic().getEncoded());
    }

    static Ed25519Secret generate() {
        return new Ed25519Secret(SeededPair.newSeed());
    }

    static Ed25519Secret fromSeed(byte[] seed) {
        return new Ed25519Secret(seed);
    }

    static boolean isPkcs8(byte[] der) {
        return PKCS8.fits(der);
    }

    static Ed25519Secret fromPkcs8(byte[] der) {
        return new Ed25519Secret(PKCS8.content(der));
    }

    @Override
    public byte[] toPkcs8() {
        return PKCS8.around(seed);
    }

    @Override
    public Ed25519Key publicKey() {
        return publicKey;
    }

    @Override
    public byte[] sign(byte[] message) {
        return Jca.ED25519.sign(secret, message);
    }

    @Override
    public String toString() {
        return "private key of " + publicKey;
    }
}
