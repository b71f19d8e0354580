// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.trust;

import java.security.KeyPair;
import java.security.spec.NamedParameterSpec;
import java.util.Arrays;

/// A hybrid private key, kept as the two seeds that the two private keys follow from (RFC 8032
/// 5.1.5, FIPS 204 algorithm 6).
final class HybridSecret implements PrivateKey {
    // the object identifier of our own stands in HybridKey's public keys too
    private static final DerTemplate PKCS8 =
            new DerTemplate(
                    "305d020100301606146981b68fb687cfd0d2bc9d9ca98befa8f8f5dc410440",
                    2 * SeededPair.SEED_BYTES);

    private final byte[] seeds;
    private final Ed25519Secret classical;
    private final java.security.PrivateKey postQuantum;
    private final HybridKey publicKey;

    private HybridSecret(byte[] seeds) {
        byte[] second = Arrays.copyOfRange(seeds, SeededPair.SEED_BYTES, seeds.length);
        KeyPair pair = SeededPair.of(NamedParameterSpec.ML_DSA_65, second);
        this.seeds = seeds.clone();
        this.classical = Ed25519Secret.fromSeed(Arrays.copyOf(seeds, SeededPair.SEED_BYTES));
        this.postQuantum = pair.getPrivate();
        this.publicKey = HybridKey.of(classical.publicKey().raw(), pair.getPublic().getEncoded());
    }

    static HybridSecret generate() {
        return fromSeeds(SeededPair.newSeed(), SeededPair.newSeed());
    }

    static HybridSecret fromSeeds(byte[] classical, byte[] postQuantum) {
        return new HybridSecret(HybridKey.joined(classical, postQuantum));
    }

    static boolean isPkcs8(byte[] der) {
        return PKCS8.fits(der);
    }

    static HybridSecret fromPkcs8(byte[] der) {
        return new HybridSecret(PKCS8.content(der));
    }

    @Override
    public byte[] toPkcs8() {
        return PKCS8.around(seeds);
    }

    @Override
    public HybridKey publicKey() {
        return publicKey;
    }

    @Override
    public byte[] sign(byte[] message) {
        byte[] text = HybridKey.signedText(message);
        return HybridKey.joined(classical.sign(text), Jca.ML_DSA_65.sign(postQuantum, text));
    }

    @Override
    public String toString() {
        return "private key of " + publicKey;
    }
}
