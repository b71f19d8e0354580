// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.server;

import dev.evenkeel.core.DeviceUrn;
import dev.evenkeel.core.Digest;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.SecureRandom;
import java.security.Security;
import java.security.Signature;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaCertStore;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cms.CMSAbsentContent;
import org.bouncycastle.cms.CMSException;
import org.bouncycastle.cms.CMSSignedDataGenerator;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/// The certificate authority for the fleet's devices: of its own in the folder `device-ca/`
/// (`ca.pem`, `ca.key`), or the user's, in files or behind PKCS#11.
///
/// Its certificates say which key is which device's, for a while. Whether they are good is judged
/// here alone, by this server's clock and by what the fleet knows of the device, so nothing is read
/// into the begin of their validity: it lies an hour back for the sake of others who look.
final class DeviceAuthority {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Duration BACKDATED = Duration.ofHours(1);
    private static final int REMEMBERED = 50_000;

    // RFC 5280, 4.1.2.5: the GeneralizedTime value for "no well-defined expiration date"
    private static final Date NEVER = Date.from(Instant.ofEpochSecond(253_402_300_799L));

    private final List<X509Certificate> chain;
    private final PrivateKey key;
    private final Optional<Provider> provider;

    /// Certificates whose signature was found to be ours: it costs half a millisecond to find out.
    private final Map<Digest, Boolean> ours =
            Collections.synchronizedMap(
                    new LinkedHashMap<>(16, 0.75f, true) {
                        @Override
                        protected boolean removeEldestEntry(Map.Entry<Digest, Boolean> eldest) {
                            return size() > REMEMBERED;
                        }
                    });

    private DeviceAuthority(
            List<X509Certificate> chain, PrivateKey key, Optional<Provider> provider) {
        this.chain = List.copyOf(chain);
        this.key = key;
        this.provider = provider;
    }

    /// @param folder where an authority of its own lies
    static DeviceAuthority open(JoiningOptions.Authority source, Path folder, String fleet)
            throws IOException {
        try {
            DeviceAuthority authority =
                    switch (source) {
                        case JoiningOptions.Authority.Own _ -> own(folder, fleet);
                        case JoiningOptions.Authority.InFiles(Path chain, Path key) -> {
                            List<X509Certificate> certificates = Pem.certificates(chain);
                            yield new DeviceAuthority(
                                    certificates,
                                    Pem.key(key, certificates.getFirst()),
                                    Optional.empty());
                        }
                        case JoiningOptions.Authority.InToken(Path chain, Path config) ->
                                inToken(Pem.certificates(chain), config);
                    };
            authority.requireUsable();
            return authority;
        } catch (GeneralSecurityException | OperatorCreationException broken) {
            throw new IOException(
                    "the certificate authority for devices cannot be used: " + broken.getMessage(),
                    broken);
        }
    }

    private static DeviceAuthority own(Path folder, String fleet)
            throws IOException, GeneralSecurityException, OperatorCreationException {
        Files.createDirectories(folder);
        Path file = folder.resolve("ca.pem");
        if (!Files.exists(file)) make(folder, fleet);
        List<X509Certificate> chain = Pem.certificates(file);
        return new DeviceAuthority(
                chain, Pem.key(folder.resolve("ca.key"), chain.getFirst()), Optional.empty());
    }

    private static void make(Path folder, String fleet)
            throws IOException, GeneralSecurityException, OperatorCreationException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"), RANDOM);
        KeyPair pair = generator.generateKeyPair();
        X500Name name = name(fleet, "Evenkeel device authority");
        var builder =
                new X509v3CertificateBuilder(
                                name,
                                serial(),
                                Date.from(Instant.EPOCH),
                                NEVER,
                                name,
                                SubjectPublicKeyInfo.getInstance(pair.getPublic().getEncoded()))
                        .addExtension(Extension.basicConstraints, true, new BasicConstraints(0))
                        .addExtension(
                                Extension.keyUsage,
                                true,
                                new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
        X509Certificate certificate =
                new JcaX509CertificateConverter()
                        .getCertificate(
                                builder.build(
                                        new JcaContentSignerBuilder("SHA256withECDSA")
                                                .build(pair.getPrivate())));
        // the key first: a certificate without its key would be an authority that cannot sign
        DataFolder.writeSecret(folder.resolve("ca.key"), Pem.write(pair.getPrivate()));
        DataFolder.writeSecret(folder.resolve("ca.pem"), Pem.write(certificate));
    }

    private static DeviceAuthority inToken(List<X509Certificate> chain, Path config)
            throws IOException, GeneralSecurityException {
        Provider base = Security.getProvider("SunPKCS11");
        if (base == null) throw new IOException("this Java runtime has no PKCS#11 provider");
        Provider token = base.configure(config.toString());
        String pin = System.getenv("EVENKEEL_DEVICE_CA_PIN");
        return inToken(chain, token, pin == null ? "" : pin);
    }

    /// The key of `chain` in a token, found by trying: a token need not hold certificates.
    static DeviceAuthority inToken(List<X509Certificate> chain, Provider token, String pin)
            throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS11", token);
        try {
            store.load(null, pin.toCharArray());
        } catch (IOException refused) {
            Throwable why = refused.getCause() == null ? refused : refused.getCause();
            throw new IOException(
                    token.getName()
                            + ": does not open ("
                            + why.getMessage()
                            + "); check the PIN in EVENKEEL_DEVICE_CA_PIN and the slot",
                    refused);
        }
        for (String alias : Collections.list(store.aliases())) {
            if (store.getKey(alias, null) instanceof PrivateKey key) {
                var authority = new DeviceAuthority(chain, key, Optional.of(token));
                if (authority.isKeyOfChain()) return authority;
            }
        }
        throw new IOException(
                token.getName()
                        + ": holds no key of "
                        + chain.getFirst().getSubjectX500Principal()
                        + "; a key shows only together with a certificate under the same label");
    }

    private void requireUsable() throws IOException {
        X509Certificate issuer = chain.getFirst();
        boolean[] usage = issuer.getKeyUsage();
        boolean maySign = issuer.getBasicConstraints() >= 0 && (usage == null || usage[5]);
        if (!maySign) {
            throw new IOException(
                    issuer.getSubjectX500Principal()
                            + " is no certificate authority; the issuing one comes first in the"
                            + " file");
        }
        if (!isKeyOfChain()) {
            throw new IOException(
                    "the key is not the one of "
                            + issuer.getSubjectX500Principal()
                            + ", the first certificate of the chain");
        }
    }

    private boolean isKeyOfChain() {
        byte[] probe = new byte[32];
        RANDOM.nextBytes(probe);
        try {
            Signature sign =
                    provider.isPresent()
                            ? Signature.getInstance(algorithm(), provider.get())
                            : Signature.getInstance(algorithm());
            sign.initSign(key);
            sign.update(probe);
            byte[] signature = sign.sign();
            Signature check = Signature.getInstance(algorithm());
            check.initVerify(chain.getFirst().getPublicKey());
            check.update(probe);
            return check.verify(signature);
        } catch (GeneralSecurityException another) {
            return false;
        }
    }

    private String algorithm() {
        return Pem.signing(chain.getFirst());
    }

    /// The issuing authority first.
    List<X509Certificate> chain() {
        return chain;
    }

    /// Says that `publicKey` is this device's, from now on for `life`.
    X509Certificate issue(DeviceUrn name, byte[] publicKey, Instant now, Duration life) {
        try {
            Date until = Date.from(now.plus(life));
            Duration before = life.compareTo(BACKDATED) < 0 ? life : BACKDATED;
            var builder =
                    new X509v3CertificateBuilder(
                                    X500Name.getInstance(
                                            chain.getFirst()
                                                    .getSubjectX500Principal()
                                                    .getEncoded()),
                                    serial(),
                                    Date.from(now.minus(before)),
                                    until,
                                    name(name.fleet().text(), name.device().text()),
                                    SubjectPublicKeyInfo.getInstance(publicKey))
                            .addExtension(
                                    Extension.basicConstraints, true, new BasicConstraints(false))
                            .addExtension(
                                    Extension.keyUsage,
                                    true,
                                    new KeyUsage(KeyUsage.digitalSignature))
                            .addExtension(
                                    Extension.extendedKeyUsage,
                                    false,
                                    new ExtendedKeyUsage(KeyPurposeId.id_kp_clientAuth))
                            .addExtension(
                                    Extension.subjectAlternativeName,
                                    false,
                                    new GeneralNames(
                                            new GeneralName(
                                                    GeneralName.uniformResourceIdentifier,
                                                    name.toString())));
            var signer = new JcaContentSignerBuilder(algorithm());
            provider.ifPresent(signer::setProvider);
            return new JcaX509CertificateConverter()
                    .getCertificate(builder.build(signer.build(key)));
        } catch (GeneralSecurityException | OperatorCreationException | IOException broken) {
            throw new IllegalStateException(
                    "the authority for devices did not sign: " + broken.getMessage(), broken);
        }
    }

    /// Whether this authority issued `certificate`, whatever the dates in it.
    boolean issued(X509Certificate certificate) {
        Digest name = digest(certificate);
        Boolean known = ours.get(name);
        if (known != null) return known;
        boolean isOurs = isSignedBy(certificate, chain.getFirst());
        // only what is ours is remembered: others could fill the memory
        if (isOurs) ours.put(name, true);
        return isOurs;
    }

    static boolean isSignedBy(X509Certificate certificate, X509Certificate issuer) {
        if (!certificate.getIssuerX500Principal().equals(issuer.getSubjectX500Principal())) {
            return false;
        }
        try {
            certificate.verify(issuer.getPublicKey());
            return true;
        } catch (GeneralSecurityException another) {
            return false;
        }
    }

    static Digest digest(X509Certificate certificate) {
        try {
            return Digest.of(certificate.getEncoded());
        } catch (CertificateEncodingException impossible) {
            throw new IllegalStateException("a parsed certificate is encoded", impossible);
        }
    }

    /// A PKCS#7 of nothing but these (RFC 7030, 4.1.3 and 4.2.3), DER.
    static byte[] certsOnly(List<X509Certificate> certificates) {
        try {
            var generator = new CMSSignedDataGenerator();
            generator.addCertificates(new JcaCertStore(certificates));
            return generator.generate(new CMSAbsentContent()).getEncoded();
        } catch (CMSException | CertificateException | IOException broken) {
            throw new IllegalStateException("certificates can be bundled", broken);
        }
    }

    private static X500Name name(String fleet, String common) {
        return new X500NameBuilder(BCStyle.INSTANCE)
                .addRDN(BCStyle.O, fleet)
                .addRDN(BCStyle.CN, common)
                .build();
    }

    private static BigInteger serial() {
        return new BigInteger(127, RANDOM).add(BigInteger.ONE);
    }
}
