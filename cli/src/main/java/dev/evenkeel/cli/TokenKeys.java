// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.cli;

import dev.evenkeel.trust.KeyType;
import dev.evenkeel.trust.TokenAddress;
import dev.evenkeel.trust.TokenKey;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.Provider;
import java.security.ProviderException;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Date;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/// Makes keys in a token. Beside each lies a certificate by the key for itself: the JDK finds a
/// token's key only by a certificate, and nobody asks what it says.
final class TokenKeys {
    private static final int RSA_BITS = 3072;
    private static final int DAYS = 36_500;

    private TokenKeys() {}

    static TokenKey create(TokenAddress address, KeyType type, char[] pin) {
        Provider provider = TokenKey.provider(address);
        try {
            KeyStore store = TokenKey.store(address, provider, pin);
            if (store.containsAlias(address.object())) {
                throw CommandFault.refused(
                        "the token holds a key '"
                                + address.object()
                                + "' already; keys are never overwritten. Choose another label.");
            }
            KeyPair pair = pair(provider, type);
            store.setKeyEntry(
                    address.object(),
                    pair.getPrivate(),
                    null,
                    new Certificate[] {certificate(provider, pair, type)});
        } catch (GeneralSecurityException | OperatorCreationException | ProviderException fault) {
            throw CommandFault.refused(
                    "making a key in the token of " + address.module() + ": " + reason(fault));
        }
        return TokenKey.open(address, pin);
    }

    private static KeyPair pair(Provider provider, KeyType type) throws GeneralSecurityException {
        return switch (type) {
            case ECDSA -> {
                KeyPairGenerator ec = KeyPairGenerator.getInstance("EC", provider);
                ec.initialize(new ECGenParameterSpec("secp256r1"));
                yield ec.generateKeyPair();
            }
            case RSA -> {
                KeyPairGenerator rsa = KeyPairGenerator.getInstance("RSA", provider);
                rsa.initialize(RSA_BITS);
                yield rsa.generateKeyPair();
            }
            case ED25519, HYBRID ->
                    throw CommandFault.refused(
                            "tokens are used for keys of type ecdsa or rsa, not " + type);
        };
    }

    private static X509Certificate certificate(Provider provider, KeyPair pair, KeyType type)
            throws GeneralSecurityException, OperatorCreationException {
        Instant now = Instant.now();
        var name = new X500Name("CN=Evenkeel signing key");
        var builder =
                new JcaX509v3CertificateBuilder(
                        name,
                        BigInteger.valueOf(now.toEpochMilli()),
                        Date.from(now.minus(1, ChronoUnit.DAYS)),
                        Date.from(now.plus(DAYS, ChronoUnit.DAYS)),
                        name,
                        pair.getPublic());
        String algorithm = type == KeyType.RSA ? "SHA256withRSA" : "SHA256withECDSA";
        var signer =
                new JcaContentSignerBuilder(algorithm)
                        .setProvider(provider)
                        .build(pair.getPrivate());
        return new JcaX509CertificateConverter().getCertificate(builder.build(signer));
    }

    private static String reason(Throwable fault) {
        Throwable root = fault;
        while (root.getCause() != null) root = root.getCause();
        return String.valueOf(root.getMessage() == null ? root : root.getMessage());
    }
}
