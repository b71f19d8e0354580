// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.trust;

import dev.evenkeel.core.MalformedInput;

/// A private key in memory. It never prints itself.
public sealed interface PrivateKey extends Signer
        permits Ed25519Secret, EcdsaSecret, RsaSecret, HybridSecret {
    /// As unencrypted PKCS#8 (DER), from which [#fromPkcs8] reads it again.
    byte[] toPkcs8();

    /// A new Ed25519 key.
    static PrivateKey generate() {
        return generate(KeyType.ED25519);
    }

    static PrivateKey generate(KeyType type) {
        return switch (type) {
            case ED25519 -> Ed25519Secret.generate();
            case ECDSA -> EcdsaSecret.generate();
            case RSA -> RsaSecret.generate();
            case HYBRID -> HybridSecret.generate();
        };
    }

    /// The key in `der`, an unencrypted PKCS#8 of a type that we count.
    static PrivateKey fromPkcs8(byte[] der) {
        if (Ed25519Secret.isPkcs8(der)) return Ed25519Secret.fromPkcs8(der);
        if (EcdsaSecret.isPkcs8(der)) return EcdsaSecret.fromPkcs8(der);
        if (HybridSecret.isPkcs8(der)) return HybridSecret.fromPkcs8(der);
        if (RsaSecret.isPkcs8(der)) return RsaSecret.fromPkcs8(der);
        throw new MalformedInput(
                "not a private key that signs here: expected PKCS#8 of Ed25519, ECDSA P-256 with"
                        + " its public key, RSA or hybrid Ed25519 and ML-DSA-65, found "
                        + der.length
                        + " bytes of something else");
    }

    /// The Ed25519 key whose 32 secret bytes are given.
    static PrivateKey fromSeed(byte[] seed) {
        return Ed25519Secret.fromSeed(seed);
    }
}
