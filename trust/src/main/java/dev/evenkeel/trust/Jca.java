// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.trust;

import java.security.GeneralSecurityException;
import java.security.InvalidAlgorithmParameterException;
import java.security.KeyFactory;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.security.spec.X509EncodedKeySpec;

/// The algorithms of the Java runtime, by the names that it has for them.
///
/// @param keys of `KeyFactory`
/// @param signatures of `Signature`
record Jca(String keys, String signatures) {
    static final Jca ED25519 = new Jca("Ed25519", "Ed25519");
    static final Jca ECDSA = new Jca("EC", "SHA256withECDSA");
    static final Jca RSA = new Jca("RSA", "RSASSA-PSS");
    static final Jca ML_DSA_65 = new Jca("ML-DSA-65", "ML-DSA-65");

    // TUF's rsassa-pss-sha256: salt as long as the digest, trailer 0xBC
    private static final PSSParameterSpec PSS =
            new PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, 32, 1);

    /// Whether `signature` is good. A key that the runtime cannot use verifies nothing.
    boolean verifies(byte[] spki, byte[] message, byte[] signature) {
        try {
            Signature check = signature();
            check.initVerify(
                    KeyFactory.getInstance(keys).generatePublic(new X509EncodedKeySpec(spki)));
            check.update(message);
            return check.verify(signature);
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException("every Java 25 has " + signatures, missing);
        } catch (GeneralSecurityException notAKeyOrNotASignature) {
            return false;
        }
    }

    byte[] sign(PrivateKey secret, byte[] message) {
        try {
            Signature signature = signature();
            signature.initSign(secret);
            signature.update(message);
            return signature.sign();
        } catch (GeneralSecurityException broken) {
            throw new IllegalStateException("every Java 25 signs with " + signatures, broken);
        }
    }

    private Signature signature() throws GeneralSecurityException {
        return parametrised(Signature.getInstance(signatures));
    }

    /// `signature` with the parameters that this algorithm has in TUF.
    Signature parametrised(Signature signature) throws InvalidAlgorithmParameterException {
        if (equals(RSA)) signature.setParameter(PSS);
        return signature;
    }
}
