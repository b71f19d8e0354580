// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.trust;

import dev.evenkeel.core.MalformedInput;
import dev.evenkeel.core.json.JsonObject;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;

/// An ECDSA public key on the curve P-256, signing SHA-256 (FIPS 186-5).
///
/// @param point x and y, 32 bytes each
record EcdsaKey(byte[] point) implements PublicKey {
    static final String TYPE = "ecdsa";
    static final String SCHEME = "ecdsa-sha2-nistp256";
    static final int POINT_BYTES = 64;
    // RFC 5480: named curve, uncompressed point
    private static final DerTemplate SPKI =
            new DerTemplate("3059301306072a8648ce3d020106082a8648ce3d03010703420004", POINT_BYTES);
    private static final BigInteger P =
            new BigInteger("ffffffff00000001000000000000000000000000ffffffffffffffffffffffff", 16);
    private static final BigInteger B =
            new BigInteger("5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b", 16);

    EcdsaKey {
        if (point.length != POINT_BYTES) {
            throw new MalformedInput(
                    "a P-256 public key has " + POINT_BYTES + " bytes, not " + point.length);
        }
        point = point.clone();
        requireOnCurve(point);
    }

    static boolean isSpki(byte[] der) {
        return SPKI.fits(der);
    }

    static EcdsaKey fromSpki(byte[] der) {
        return new EcdsaKey(SPKI.content(der));
    }

    static Optional<PublicKey> fromTufJson(JsonObject json, String scheme) {
        if (!scheme.equals(SCHEME)) return Optional.empty();
        byte[] der = Pem.only(Pem.PUBLIC_KEY, json.object("keyval").text("public"));
        if (!isSpki(der)) {
            throw new MalformedInput(
                    "expected an uncompressed key on the curve P-256 (RFC 5480), found "
                            + der.length
                            + " bytes of something else");
        }
        return Optional.of(fromSpki(der));
    }

    @Override
    public byte[] point() {
        return point.clone();
    }

    @Override
    public KeyType type() {
        return KeyType.ECDSA;
    }

    @Override
    public Set<String> material() {
        return Set.of(TYPE + ":" + HexFormat.of().formatHex(point));
    }

    @Override
    public boolean verifies(byte[] message, byte[] signature) {
        return EcdsaSignature.isStrict(signature)
                && Jca.ECDSA.verifies(toSpki(), message, signature);
    }

    @Override
    public byte[] toSpki() {
        return SPKI.around(point);
    }

    @Override
    public JsonObject toTufJson() {
        return JsonObject.of("keytype", TYPE)
                .with("keyval", JsonObject.of("public", Pem.write(Pem.PUBLIC_KEY, toSpki())))
                .with("scheme", SCHEME);
    }

    // y^2 = x^3 - 3x + b: on another curve the discrete logarithm may be easy
    private static void requireOnCurve(byte[] point) {
        var x = new BigInteger(1, Arrays.copyOf(point, POINT_BYTES / 2));
        var y = new BigInteger(1, Arrays.copyOfRange(point, POINT_BYTES / 2, POINT_BYTES));
        BigInteger right = x.pow(3).subtract(x.multiply(BigInteger.valueOf(3))).add(B).mod(P);
        boolean inField = x.compareTo(P) < 0 && y.compareTo(P) < 0;
        if (!inField || !y.multiply(y).mod(P).equals(right)) {
            throw new MalformedInput("64 bytes that are no point of the curve P-256");
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof EcdsaKey(byte[] theirs) && Arrays.equals(point, theirs);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(point);
    }

    @Override
    public String toString() {
        return TYPE + ":" + id().substring(0, 12);
    }
}
