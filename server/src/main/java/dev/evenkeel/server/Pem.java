// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.server;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/// Certificates and keys as text (RFC 7468).
final class Pem {
    private static final String KEY = "PRIVATE KEY";

    private Pem() {}

    static byte[] write(PrivateKey key) {
        return write(KEY, key.getEncoded());
    }

    static byte[] write(X509Certificate certificate) {
        try {
            return write("CERTIFICATE", certificate.getEncoded());
        } catch (CertificateEncodingException impossible) {
            throw new IllegalStateException("a parsed certificate is encoded", impossible);
        }
    }

    private static byte[] write(String kind, byte[] der) {
        String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        return ("-----BEGIN " + kind + "-----\n" + base64 + "\n-----END " + kind + "-----\n")
                .getBytes(StandardCharsets.US_ASCII);
    }

    /// The certificates of a file, in its order; at least one.
    static List<X509Certificate> certificates(Path file) throws IOException {
        try {
            return certificates(Files.readAllBytes(file));
        } catch (CertificateException broken) {
            throw new IOException(file + ": no X.509 certificates: " + broken.getMessage(), broken);
        }
    }

    static List<X509Certificate> certificates(byte[] text) throws CertificateException {
        var all = new ArrayList<X509Certificate>();
        try {
            for (Certificate one :
                    CertificateFactory.getInstance("X.509")
                            .generateCertificates(new ByteArrayInputStream(text))) {
                if (one instanceof X509Certificate certificate) all.add(certificate);
            }
        } catch (RuntimeException escaped) {
            // the runtime's parser lets some escape, for a key without bytes say
            throw new CertificateException("not certificates: " + escaped.getMessage(), escaped);
        }
        if (all.isEmpty()) throw new CertificateException("there is none in it");
        return all;
    }

    /// Whether what `key` signs, `certificate` verifies.
    static boolean belongTogether(PrivateKey key, X509Certificate certificate) {
        String algorithm = signing(certificate);
        byte[] probe = new byte[32];
        try {
            Signature sign = Signature.getInstance(algorithm);
            sign.initSign(key);
            sign.update(probe);
            Signature check = Signature.getInstance(algorithm);
            check.initVerify(certificate.getPublicKey());
            check.update(probe);
            return check.verify(sign.sign());
        } catch (GeneralSecurityException another) {
            return false;
        }
    }

    /// How keys of the kind of this certificate's sign.
    static String signing(X509Certificate certificate) {
        return switch (certificate.getPublicKey().getAlgorithm()) {
            case "EC" -> "SHA256withECDSA";
            case "RSA" -> "SHA256withRSA";
            default -> "Ed25519";
        };
    }

    /// The key of a file, PKCS#8 without a password, of the kind that `certificate` is of.
    static PrivateKey key(Path file, X509Certificate certificate) throws IOException {
        String text = Files.readString(file);
        if (!text.contains("-----BEGIN " + KEY + "-----")) {
            throw new IOException(
                    file
                            + ": expected a PKCS#8 key (BEGIN "
                            + KEY
                            + "); 'openssl pkcs8 -topk8 -nocrypt' makes one of other forms");
        }
        String base64 = text.replaceAll("-----[A-Z ]+-----", "").replaceAll("\\s", "");
        try {
            return KeyFactory.getInstance(certificate.getPublicKey().getAlgorithm())
                    .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(base64)));
        } catch (GeneralSecurityException | IllegalArgumentException broken) {
            throw new IOException(
                    file + ": not the key of its certificate: " + broken.getMessage(), broken);
        }
    }
}
