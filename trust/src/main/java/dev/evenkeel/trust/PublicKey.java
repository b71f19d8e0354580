// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.trust;

import dev.evenkeel.core.Digest;
import dev.evenkeel.core.MalformedInput;
import dev.evenkeel.core.json.JsonObject;
import java.util.Optional;
import java.util.Set;

/// A public key of one of the types that we count. Two are equal when their material is equal,
/// whatever they are called and however they were spelled.
///
/// 1. Every type decodes exactly one length and one spelling of key and signature; everything else
///    is no key, and no signature.
/// 2. A key that a threshold counted takes its material with it: see [#material].
public sealed interface PublicKey permits Ed25519Key, EcdsaKey, RsaKey, HybridKey {
    KeyType type();

    /// What this key rests on, one entry for each algorithm: whoever holds all of it can sign. Two
    /// keys that share an entry are not two independent signers.
    Set<String> material();

    /// Whether `signature` is this key's over `message`.
    boolean verifies(byte[] message, byte[] signature);

    /// As SubjectPublicKeyInfo (DER).
    byte[] toSpki();

    JsonObject toTufJson();

    /// The key in `der`, a SubjectPublicKeyInfo of a type that we count, of a strength that a fleet
    /// may rely on.
    static PublicKey fromSpki(byte[] der) {
        if (Ed25519Key.isSpki(der)) return Ed25519Key.fromSpki(der);
        if (EcdsaKey.isSpki(der)) return EcdsaKey.fromSpki(der);
        if (HybridKey.isSpki(der)) return HybridKey.fromSpki(der);
        if (RsaKey.isSpki(der)) return RsaKey.fromSpki(der, KeyRules.OWN);
        throw new MalformedInput(
                "not a public key that is counted here: expected SubjectPublicKeyInfo of Ed25519,"
                        + " ECDSA P-256, RSA or hybrid Ed25519 and ML-DSA-65, found "
                        + der.length
                        + " bytes of something else");
    }

    /// The Ed25519 key with these 32 bytes (RFC 8032).
    static PublicKey ofEd25519(byte[] raw) {
        return new Ed25519Key(raw);
    }

    /// The key that a TUF key object holds; empty for a key type that this version does not know: a
    /// root may name keys of a later type, and they are not counted.
    static Optional<PublicKey> fromTufJson(JsonObject json, KeyRules rules) {
        String scheme = json.text("scheme");
        return switch (json.text("keytype")) {
            case Ed25519Key.TYPE -> Ed25519Key.fromTufJson(json, scheme);
            // the second is how key types were named before TUF 1.0.20, and many roots still do
            case EcdsaKey.TYPE, EcdsaKey.SCHEME -> EcdsaKey.fromTufJson(json, scheme);
            case RsaKey.TYPE -> RsaKey.fromTufJson(json, scheme, rules);
            case HybridKey.TYPE -> HybridKey.fromTufJson(json, scheme);
            default -> Optional.empty();
        };
    }

    /// The TUF key id: SHA-256 of the canonical key object.
    default String id() {
        return idOf(toTufJson());
    }

    /// The key id that any key object must stand under, also one with members that we do not know.
    static String idOf(JsonObject key) {
        return Digest.of(key.toSignedBytes()).hex();
    }
}
