// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.trust;

import dev.evenkeel.core.Digest;
import dev.evenkeel.core.MalformedInput;
import dev.evenkeel.core.json.JsonObject;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.Signature;
import java.security.SignatureException;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;

/// An Ed25519 public key (RFC 8032). Two are equal when their material is equal, whatever they are
/// called.
public record PublicKey(byte[] raw) {
    public static final int SIZE_BYTES = 32;
    public static final int SIGNATURE_BYTES = 64;
    private static final String TYPE = "ed25519";
    // RFC 8410: the only SubjectPublicKeyInfo that an Ed25519 key has
    private static final byte[] SPKI_PREFIX = HexFormat.of().parseHex("302a300506032b6570032100");

    public PublicKey {
        if (raw.length != SIZE_BYTES) {
            throw new MalformedInput(
                    "an Ed25519 public key has " + SIZE_BYTES + " bytes, not " + raw.length);
        }
        raw = raw.clone();
    }

    public static PublicKey fromSpki(byte[] der) {
        boolean shaped =
                der.length == SPKI_PREFIX.length + SIZE_BYTES
                        && Arrays.equals(
                                der, 0, SPKI_PREFIX.length, SPKI_PREFIX, 0, SPKI_PREFIX.length);
        if (!shaped) {
            throw new MalformedInput(
                    "not an Ed25519 public key: expected 44 bytes of SubjectPublicKeyInfo"
                            + " (RFC 8410), found "
                            + der.length
                            + " bytes of something else");
        }
        return new PublicKey(Arrays.copyOfRange(der, SPKI_PREFIX.length, der.length));
    }

    /// The key that a TUF key object holds; empty for a key type that this version does not know.
    static Optional<PublicKey> fromTufJson(JsonObject json) {
        if (!json.text("keytype").equals(TYPE) || !json.text("scheme").equals(TYPE)) {
            return Optional.empty();
        }
        return Optional.of(new PublicKey(LowerHex.parse(json.object("keyval").text("public"))));
    }

    @Override
    public byte[] raw() {
        return raw.clone();
    }

    /// The TUF key id: SHA-256 of the canonical key object.
    public String id() {
        return idOf(toTufJson());
    }

    /// The key id that any key object must stand under, also one with members that we do not know.
    static String idOf(JsonObject key) {
        return Digest.of(key.toCanonicalBytes()).hex();
    }

    /// Whether `signature` is this key's over `message`. A signature that is not exactly 64 bytes
    /// long is none.
    public boolean verifies(byte[] message, byte[] signature) {
        if (signature.length != SIGNATURE_BYTES) return false;
        try {
            Signature check = Signature.getInstance("Ed25519");
            check.initVerify(
                    KeyFactory.getInstance("Ed25519")
                            .generatePublic(new X509EncodedKeySpec(toSpki())));
            check.update(message);
            return check.verify(signature);
        } catch (SignatureException malformed) {
            return false;
        } catch (GeneralSecurityException notOnTheCurve) {
            // 32 bytes that are no point of the curve verify nothing
            return false;
        }
    }

    /// As SubjectPublicKeyInfo (DER).
    public byte[] toSpki() {
        byte[] der = Arrays.copyOf(SPKI_PREFIX, SPKI_PREFIX.length + SIZE_BYTES);
        System.arraycopy(raw, 0, der, SPKI_PREFIX.length, SIZE_BYTES);
        return der;
    }

    public JsonObject toTufJson() {
        return JsonObject.of("keytype", TYPE)
                .with("keyval", JsonObject.of("public", HexFormat.of().formatHex(raw)))
                .with("scheme", TYPE);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PublicKey(byte[] theirs) && Arrays.equals(raw, theirs);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(raw);
    }

    @Override
    public String toString() {
        return "ed25519:" + id().substring(0, 12);
    }
}
