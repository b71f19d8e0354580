// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.trust;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.evenkeel.core.MalformedInput;
import dev.evenkeel.core.json.JsonObject;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;

/// An Ed25519 and an ML-DSA-65 public key (FIPS 204) as one: a signature is good only when both
/// halves are, so it stands while either algorithm does. Keys and signatures are the two halves one
/// behind the other, the classical one first, each of its one fixed length.
record HybridKey(byte[] raw) implements PublicKey {
    static final String TYPE = "evenkeel-ed25519-ml-dsa-65";
    static final String SCHEME = "evenkeel-ed25519-ml-dsa-65-v1";
    static final int ML_DSA_KEY_BYTES = 1952;
    static final int ML_DSA_SIGNATURE_BYTES = 3309;
    static final int SIZE_BYTES = Ed25519Key.SIZE_BYTES + ML_DSA_KEY_BYTES;
    static final int SIGNATURE_BYTES = Ed25519Key.SIGNATURE_BYTES + ML_DSA_SIGNATURE_BYTES;
    // no standard names this pair as we sign with it: an object identifier of our own, below 2.25
    private static final DerTemplate SPKI =
            new DerTemplate(
                    "308207dd301606146981b68fb687cfd0d2bc9d9ca98befa8f8f5dc41038207c100",
                    SIZE_BYTES);
    // RFC 9881
    private static final DerTemplate ML_DSA_SPKI =
            new DerTemplate("308207b2300b0609608648016503040312038207a100", ML_DSA_KEY_BYTES);
    // no half of a hybrid signature is a signature of that half's key alone
    private static final byte[] CONTEXT = (SCHEME + "\0").getBytes(US_ASCII);

    HybridKey {
        if (raw.length != SIZE_BYTES) {
            throw new MalformedInput(
                    "a hybrid public key has " + SIZE_BYTES + " bytes, not " + raw.length);
        }
        raw = raw.clone();
    }

    static HybridKey of(byte[] ed25519, byte[] mlDsaSpki) {
        return new HybridKey(joined(ed25519, ML_DSA_SPKI.content(mlDsaSpki)));
    }

    static boolean isSpki(byte[] der) {
        return SPKI.fits(der);
    }

    static HybridKey fromSpki(byte[] der) {
        return new HybridKey(SPKI.content(der));
    }

    static Optional<PublicKey> fromTufJson(JsonObject json, String scheme) {
        if (!scheme.equals(SCHEME)) return Optional.empty();
        return Optional.of(new HybridKey(LowerHex.parse(json.object("keyval").text("public"))));
    }

    /// What both halves sign in place of `message`.
    static byte[] signedText(byte[] message) {
        return joined(CONTEXT, message);
    }

    static byte[] joined(byte[] first, byte[] second) {
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }

    @Override
    public byte[] raw() {
        return raw.clone();
    }

    @Override
    public KeyType type() {
        return KeyType.HYBRID;
    }

    @Override
    public Set<String> material() {
        return Set.of(
                classical().material().iterator().next(),
                "ml-dsa-65:" + HexFormat.of().formatHex(postQuantum()));
    }

    @Override
    public boolean verifies(byte[] message, byte[] signature) {
        if (signature.length != SIGNATURE_BYTES) return false;
        byte[] text = signedText(message);
        byte[] first = Arrays.copyOf(signature, Ed25519Key.SIGNATURE_BYTES);
        byte[] second = Arrays.copyOfRange(signature, Ed25519Key.SIGNATURE_BYTES, SIGNATURE_BYTES);
        return classical().verifies(text, first)
                && Jca.ML_DSA_65.verifies(ML_DSA_SPKI.around(postQuantum()), text, second);
    }

    private Ed25519Key classical() {
        return new Ed25519Key(Arrays.copyOf(raw, Ed25519Key.SIZE_BYTES));
    }

    private byte[] postQuantum() {
        return Arrays.copyOfRange(raw, Ed25519Key.SIZE_BYTES, SIZE_BYTES);
    }

    @Override
    public byte[] toSpki() {
        return SPKI.around(raw);
    }

    @Override
    public JsonObject toTufJson() {
        return JsonObject.of("keytype", TYPE)
                .with("keyval", JsonObject.of("public", HexFormat.of().formatHex(raw)))
                .with("scheme", SCHEME);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof HybridKey(byte[] theirs) && Arrays.equals(raw, theirs);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(raw);
    }

    @Override
    public String toString() {
        return "hybrid:" + id().substring(0, 12);
    }
}
