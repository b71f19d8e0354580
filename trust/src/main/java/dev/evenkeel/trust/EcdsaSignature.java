// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.trust;

import java.math.BigInteger;
import java.util.Arrays;

/// The form of an ECDSA signature on P-256: `SEQUENCE { r INTEGER, s INTEGER }` in DER. Verifiers
/// differ in what else they take (BER lengths, leading zeros, trailing bytes); we take nothing.
final class EcdsaSignature {
    private static final int SEQUENCE = 0x30;
    private static final int INTEGER = 0x02;
    private static final int MOST_BYTES = 72;
    private static final BigInteger ORDER =
            new BigInteger("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551", 16);

    private EcdsaSignature() {}

    static boolean isStrict(byte[] der) {
        if (der.length < 8 || der.length > MOST_BYTES) return false;
        if (der[0] != SEQUENCE || der[1] != der.length - 2) return false;
        int second = 4 + der[3];
        if (der[3] < 1 || second + 2 >= der.length) return false;
        if (der[second + 1] < 1 || second + 2 + der[second + 1] != der.length) return false;
        return isScalar(der, 2) && isScalar(der, second);
    }

    private static boolean isScalar(byte[] der, int at) {
        if (der[at] != INTEGER) return false;
        byte[] bytes = Arrays.copyOfRange(der, at + 2, at + 2 + der[at + 1]);
        boolean paddedInVain = bytes.length > 1 && bytes[0] == 0 && bytes[1] >= 0;
        var value = new BigInteger(bytes);
        return !paddedInVain && value.signum() > 0 && value.compareTo(ORDER) < 0;
    }
}
