// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.agent;

import dev.evenkeel.core.MalformedInput;
import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;

/// Trusts exactly the certificate that the device was provisioned with, or, where that is the
/// server's own authority, what it issued (so that a server can renew its certificate). Names and
/// dates do not matter: the authority serves this one server, and a device without a clock must
/// still reach it (pain 15).
final class PinnedCertificate extends ServerTrust {
    private final X509Certificate pinned;

    /// @param certificate X.509, DER
    PinnedCertificate(byte[] certificate) {
        try {
            this.pinned =
                    (X509Certificate)
                            CertificateFactory.getInstance("X.509")
                                    .generateCertificate(new ByteArrayInputStream(certificate));
        } catch (CertificateException broken) {
            throw new MalformedInput(
                    "the provisioned server certificate is no X.509 certificate: "
                            + broken.getMessage(),
                    broken);
        }
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType)
            throws CertificateException {
        if (chain.length == 0 || !(chain[0].equals(pinned) || isIssued(chain[0]))) {
            throw new CertificateException(
                    "the server shows another certificate than the one this device was"
                            + " provisioned with");
        }
    }

    private boolean isIssued(X509Certificate certificate) {
        boolean isAuthority = pinned.getBasicConstraints() >= 0;
        if (!isAuthority
                || !certificate.getIssuerX500Principal().equals(pinned.getSubjectX500Principal())) {
            return false;
        }
        try {
            certificate.verify(pinned.getPublicKey());
            return true;
        } catch (GeneralSecurityException forged) {
            return false;
        }
    }
}
