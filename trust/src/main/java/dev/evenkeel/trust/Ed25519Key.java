// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.trust;

import dev.evenkeel.core.MalformedInput;
import dev.evenkeel.core.json.JsonObject;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;

/// An Ed25519 public key (RFC 8032).
record Ed25519Key(byte[] raw) implements PublicKey {
    static final String TYPE = "ed25519";
    static final int SIZE_BYTES = 32;
    static final int SIGNATURE_BYTES = 64;
    // RFC 8410: the only SubjectPublicKeyInfo that an Ed25519 key has
    private static final DerTemplate SPKI = new DerTemplate("302a300506032b6570032100", SIZE_BYTES);

    Ed25519Key {
        if (raw.length != SIZE_BYTES) {
            throw new MalformedInput(
                    "an Ed25519 public key has " + SIZE_BYTES + " bytes, not " + raw.length);
        }
        raw = raw.clone();
    }

    static boolean isSpki(byte[] der) {
        return SPKI.fits(der);
    }

    static Ed25519Key fromSpki(byte[] der) {
        return new Ed25519Key(SPKI.content(der));
    }

    static Optional<PublicKey> fromTufJson(JsonObject json, String scheme) {
        if (!scheme.equals(TYPE)) return Optional.empty();
        return Optional.of(new Ed25519Key(LowerHex.parse(json.object("keyval").text("public"))));
    }

    @Override
    public byte[] raw() {
        return raw.clone();
    }

    @Override
    public KeyType type() {
        return KeyType.ED25519;
    }

    @Override
    public Set<String> material() {
        return Set.of(TYPE + ":" + HexFormat.of().formatHex(raw));
    }

    @Override
    public boolean verifies(byte[] message, byte[] signature) {
        return signature.length == SIGNATURE_BYTES
                && isCanonical()
                && Jca.ED25519.verifies(toSpki(), message, signature);
    }

    /// RFC 8032 5.1.3: y below 2^255 - 19. A second spelling of one point would be a second key.
    private boolean isCanonical() {
        if ((raw[31] & 0x7f) != 0x7f || (raw[0] & 0xff) < 0xed) return true;
        for (int i = 1; i < 31; i++) {
            if (raw[i] != (byte) 0xff) return true;
        }
        return false;
    }

    @Override
    public byte[] toSpki() {
        return SPKI.around(raw);
    }

    @Override
    public JsonObject toTufJson() {
        return JsonObject.of("keytype", TYPE)
                .with("keyval", JsonObject.of("public", HexFormat.of().formatHex(raw)))
                .with("scheme", TYPE);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Ed25519Key(byte[] theirs) && Arrays.equals(raw, theirs);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(raw);
    }

    @Override
    public String toString() {
        return TYPE + ":" + id().substring(0, 12);
    }
}
