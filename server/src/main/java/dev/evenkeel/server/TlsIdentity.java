// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.server;

import dev.evenkeel.core.message.Protocol;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.util.Base64;
import java.util.Collection;
import java.util.Date;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/// The server's own authority and its certificate, in the folder `tls/`: `ca.pem` is what devices
/// and operators trust, `ca.key` signs, `server.pem` and `server.key` are what the server shows.
/// The certificate is made anew, by the same authority, when the server gets further names.
///
/// Both are valid from 1970 to the end of time: a device whose clock is years off must still reach
/// its server, and nobody but the pinned authority is trusted. To end them, delete the files.
final class TlsIdentity {
    static final String AUTHORITY = "ca.pem";
    private static final List<String> USUAL_NAMES =
            List.of("localhost", "127.0.0.1", "10.0.2.2", Protocol.DEVICE_HOST);
    private static final Pattern ADDRESS = Pattern.compile("[0-9.]+|.*:.*");
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Date ALWAYS = Date.from(Instant.EPOCH);

    // RFC 5280, 4.1.2.5: the GeneralizedTime value for "no well-defined expiration date"
    private static final Date NEVER = Date.from(Instant.ofEpochSecond(253_402_300_799L));

    private final X509Certificate authority;
    private final Path folder;

    private TlsIdentity(Path folder, X509Certificate authority) {
        this.folder = folder;
        this.authority = authority;
    }

    /// The identity in `folder`, made where there is none, good for the usual names and `names`.
    static TlsIdentity open(Path folder, Collection<String> names) throws IOException {
        Files.createDirectories(folder);
        try {
            if (!Files.exists(folder.resolve(AUTHORITY))) makeAuthority(folder);
            var identity = new TlsIdentity(folder, certificate(folder.resolve(AUTHORITY)));
            Set<String> wanted = new LinkedHashSet<>(USUAL_NAMES);
            wanted.addAll(names);
            identity.ensureCertificate(wanted);
            return identity;
        } catch (GeneralSecurityException | OperatorCreationException broken) {
            throw new IOException(folder + ": cannot be used: " + broken.getMessage(), broken);
        }
    }

    /// The certificate that devices and operators trust, DER.
    byte[] authority() {
        try {
            return authority.getEncoded();
        } catch (CertificateException impossible) {
            throw new IllegalStateException("a parsed certificate can be encoded", impossible);
        }
    }

    Path authorityFile() {
        return folder.resolve(AUTHORITY);
    }

    Path certificateFile() {
        return folder.resolve("server.pem");
    }

    Path keyFile() {
        return folder.resolve("server.key");
    }

    private static void makeAuthority(Path folder)
            throws IOException, GeneralSecurityException, OperatorCreationException {
        KeyPair pair = newPair();
        var name = new X500Name("CN=Evenkeel server authority");
        var builder =
                new JcaX509v3CertificateBuilder(
                                name, serial(), ALWAYS, NEVER, name, pair.getPublic())
                        .addExtension(Extension.basicConstraints, true, new BasicConstraints(0))
                        .addExtension(
                                Extension.keyUsage,
                                true,
                                new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
        // the key first: a certificate without its key would be an identity that cannot sign
        DataFolder.writeSecret(folder.resolve("ca.key"), pem(pair.getPrivate()));
        DataFolder.writeSecret(folder.resolve(AUTHORITY), pem(signed(builder, pair.getPrivate())));
    }

    private void ensureCertificate(Set<String> names)
            throws IOException, GeneralSecurityException, OperatorCreationException {
        if (Files.exists(certificateFile())
                && Files.exists(keyFile())
                && namesOf(certificate(certificateFile())).containsAll(names)) {
            return;
        }
        KeyPair pair = newPair();
        var builder =
                new JcaX509v3CertificateBuilder(
                                authority,
                                serial(),
                                ALWAYS,
                                NEVER,
                                new X500Name("CN=Evenkeel server"),
                                pair.getPublic())
                        .addExtension(Extension.basicConstraints, true, new BasicConstraints(false))
                        .addExtension(
                                Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature))
                        .addExtension(
                                Extension.extendedKeyUsage,
                                false,
                                new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth))
                        .addExtension(
                                Extension.subjectAlternativeName,
                                false,
                                new GeneralNames(
                                        names.stream()
                                                .map(TlsIdentity::alternative)
                                                .toArray(GeneralName[]::new)));
        Files.deleteIfExists(certificateFile());
        DataFolder.writeSecret(keyFile(), pem(pair.getPrivate()));
        DataFolder.writeSecret(certificateFile(), pem(signed(builder, authorityKey())));
    }

    private PrivateKey authorityKey() throws IOException, GeneralSecurityException {
        String text = Files.readString(folder.resolve("ca.key"));
        String base64 = text.replaceAll("-----[A-Z ]+-----", "").replaceAll("\\s", "");
        return KeyFactory.getInstance("EC")
                .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(base64)));
    }

    private static GeneralName alternative(String name) {
        boolean isAddress = ADDRESS.matcher(name).matches();
        return new GeneralName(isAddress ? GeneralName.iPAddress : GeneralName.dNSName, name);
    }

    private static Set<String> namesOf(X509Certificate certificate) throws CertificateException {
        var names = new LinkedHashSet<String>();
        Collection<List<?>> alternatives = certificate.getSubjectAlternativeNames();
        if (alternatives != null) {
            for (List<?> alternative : alternatives) names.add(String.valueOf(alternative.get(1)));
        }
        return names;
    }

    private static X509Certificate signed(X509v3CertificateBuilder builder, PrivateKey key)
            throws OperatorCreationException, CertificateException {
        var signer = new JcaContentSignerBuilder("SHA256withECDSA").build(key);
        return new JcaX509CertificateConverter().getCertificate(builder.build(signer));
    }

    private static KeyPair newPair() throws GeneralSecurityException {
        var generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        return generator.generateKeyPair();
    }

    private static BigInteger serial() {
        return new BigInteger(127, RANDOM).add(BigInteger.ONE);
    }

    private static byte[] pem(PrivateKey key) {
        return pem("PRIVATE KEY", key.getEncoded());
    }

    private static byte[] pem(X509Certificate certificate) throws CertificateException {
        return pem("CERTIFICATE", certificate.getEncoded());
    }

    private static byte[] pem(String kind, byte[] der) {
        String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        return ("-----BEGIN " + kind + "-----\n" + base64 + "\n-----END " + kind + "-----\n")
                .getBytes(StandardCharsets.US_ASCII);
    }

    private static X509Certificate certificate(Path file) throws IOException, CertificateException {
        try (var in = Files.newInputStream(file)) {
            return (X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(in);
        }
    }
}
