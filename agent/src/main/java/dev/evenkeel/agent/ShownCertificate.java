// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.agent;

import dev.evenkeel.core.MalformedInput;
import dev.evenkeel.core.message.Provisioning;
import dev.evenkeel.trust.DeviceCertificate;
import java.io.ByteArrayInputStream;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/// The one certificate that this device shows when its server asks, and the key to it. Whether it
/// is still good is for the server to say, also where it has expired by our clock.
final class ShownCertificate extends X509ExtendedKeyManager {
    private static final String ALIAS = "device";

    private final PrivateKey key;
    private final List<X509Certificate> chain;

    private ShownCertificate(PrivateKey key, List<X509Certificate> chain) {
        this.key = key;
        this.chain = List.copyOf(chain);
    }

    static ShownCertificate of(dev.evenkeel.trust.PrivateKey key, DeviceCertificate certificate) {
        return new ShownCertificate(key("Ed25519", key.toPkcs8()), certificate.chain());
    }

    static ShownCertificate of(Provisioning.FactoryIdentity factory) {
        var chain = new ArrayList<X509Certificate>();
        try {
            for (byte[] der : factory.chain()) {
                chain.add(
                        (X509Certificate)
                                CertificateFactory.getInstance("X.509")
                                        .generateCertificate(new ByteArrayInputStream(der)));
            }
        } catch (CertificateException broken) {
            throw new MalformedInput(
                    "the provisioned factory certificate is no X.509 certificate: "
                            + broken.getMessage(),
                    broken);
        }
        return new ShownCertificate(
                key(chain.getFirst().getPublicKey().getAlgorithm(), factory.key()), chain);
    }

    private static PrivateKey key(String algorithm, byte[] pkcs8) {
        try {
            return KeyFactory.getInstance(algorithm)
                    .generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
        } catch (GeneralSecurityException broken) {
            throw new MalformedInput(
                    "not the " + algorithm + " key of the certificate: " + broken.getMessage(),
                    broken);
        }
    }

    @Override
    public String[] getClientAliases(String keyType, Principal @Nullable [] issuers) {
        return new String[] {ALIAS};
    }

    @Override
    public String chooseClientAlias(
            String[] keyTypes, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return ALIAS;
    }

    @Override
    public String chooseEngineClientAlias(
            String[] keyTypes, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
        return ALIAS;
    }

    @Override
    public X509Certificate[] getCertificateChain(String alias) {
        return chain.toArray(X509Certificate[]::new);
    }

    @Override
    public PrivateKey getPrivateKey(String alias) {
        return key;
    }

    @Override
    public String @Nullable [] getServerAliases(String keyType, Principal @Nullable [] issuers) {
        return null;
    }

    @Override
    public @Nullable String chooseServerAlias(
            String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return null;
    }
}
