// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.agent;

import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/// Trusts exactly the certificate that the device was provisioned with. Names and dates in it do
/// not matter: it is compared byte for byte, and a device without a clock must still reach its
/// server (pain 15).
final class PinnedCertificate extends X509ExtendedTrustManager {
    private final byte[] certificate;

    /// @param certificate X.509, DER
    PinnedCertificate(byte[] certificate) {
        this.certificate = certificate.clone();
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType)
            throws CertificateException {
        if (chain.length == 0 || !Arrays.equals(chain[0].getEncoded(), certificate)) {
            throw new CertificateException(
                    "the server shows another certificate than the one this device was"
                            + " provisioned with");
        }
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        checkServerTrusted(chain, authType);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        checkServerTrusted(chain, authType);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType)
            throws CertificateException {
        throw new CertificateException("a device is no server");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        checkClientTrusted(chain, authType);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        checkClientTrusted(chain, authType);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return new X509Certificate[0];
    }
}
