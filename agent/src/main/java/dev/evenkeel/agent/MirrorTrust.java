// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.agent;

import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/// Whom an https mirror may be: what the server itself could be ([PinnedCertificate]), or whoever
/// the public authorities of this Java runtime know under its name. That keeps from others on the
/// way what a device fetches; what it fetches is checked by digest, whoever brought it.
final class MirrorTrust extends ServerTrust {
    private final PinnedCertificate pinned;

    MirrorTrust(byte[] certificate) {
        this.pinned = new PinnedCertificate(certificate);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        try {
            pinned.checkServerTrusted(chain, authType);
        } catch (CertificateException notTheServers) {
            publicly(notTheServers).checkServerTrusted(chain, authType, socket);
        }
    }

    private static X509ExtendedTrustManager publicly(CertificateException otherwise)
            throws CertificateException {
        try {
            var factory =
                    TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init((KeyStore) null);
            for (TrustManager one : factory.getTrustManagers()) {
                if (one instanceof X509ExtendedTrustManager known) return known;
            }
        } catch (GeneralSecurityException none) {
            otherwise.addSuppressed(none);
        }
        throw otherwise;
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType)
            throws CertificateException {
        pinned.checkServerTrusted(chain, authType);
    }
}
