// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.trust;

import dev.evenkeel.core.DeviceUrn;
import dev.evenkeel.core.MalformedInput;
import java.io.ByteArrayInputStream;
import java.security.cert.Certificate;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/// What a fleet's authority says of one device: that this key is the device's, for a while. The
/// device shows it when it calls; whether it is good is the server's to judge, by its own clock.
///
/// @param chain the device's certificate first, then those between it and the authority
public record DeviceCertificate(DeviceUrn name, List<X509Certificate> chain) {
    private static final int MOST_CERTIFICATES = 10;

    /// Tag of a URI among the alternative names.
    private static final int URI = 6;

    public DeviceCertificate {
        chain = List.copyOf(chain);
    }

    /// The certificate of the device that `chain` begins with.
    public static DeviceCertificate of(List<X509Certificate> chain) {
        if (chain.isEmpty()) throw new MalformedInput("no certificate where one is expected");
        return new DeviceCertificate(
                nameIn(chain.getFirst())
                        .orElseThrow(
                                () -> new MalformedInput("the certificate does not name a device")),
                chain);
    }

    /// From single certificates in DER, the device's first.
    public static DeviceCertificate read(List<byte[]> chain) {
        return of(chain.stream().map(DeviceCertificate::certificate).toList());
    }

    /// The certificate of a device and those it needs, out of a PKCS#7 that holds nothing but
    /// certificates, in any order (RFC 7030, 4.2.3).
    public static DeviceCertificate readCertsOnly(byte[] pkcs7) {
        var all = new ArrayList<X509Certificate>();
        try {
            for (Certificate one :
                    factory().generateCertificates(new ByteArrayInputStream(pkcs7))) {
                if (one instanceof X509Certificate certificate) all.add(certificate);
            }
            // RuntimeException: the runtime's parser lets some escape, for a key without bytes say
        } catch (CertificateException | RuntimeException broken) {
            throw new MalformedInput(
                    "not a PKCS#7 of certificates: " + broken.getMessage(), broken);
        }
        if (all.size() > MOST_CERTIFICATES) {
            throw new MalformedInput(all.size() + " certificates where a chain is expected");
        }
        X509Certificate own =
                all.stream()
                        .filter(one -> nameIn(one).isPresent())
                        .findFirst()
                        .orElseThrow(() ->
                                new MalformedInput("none of the certificates names a device"));
        return of(ordered(own, all));
    }

    private static List<X509Certificate> ordered(X509Certificate own, List<X509Certificate> all) {
        var chain = new ArrayList<X509Certificate>();
        Optional<X509Certificate> next = Optional.of(own);
        while (next.isPresent()) {
            X509Certificate last = next.get();
            chain.add(last);
            next =
                    all.stream()
                            .filter(one -> !chain.contains(one))
                            .filter(one ->
                                    one.getSubjectX500Principal()
                                            .equals(last.getIssuerX500Principal()))
                            .findFirst();
        }
        return chain;
    }

    /// The device that `certificate` names; empty when it names none, or more than one.
    public static Optional<DeviceUrn> nameIn(X509Certificate certificate) {
        List<String> names = uris(certificate).stream().filter(DeviceUrn::isOne).toList();
        return names.size() == 1
                ? names.stream().map(DeviceUrn::parse).findFirst()
                : Optional.empty();
    }

    private static List<String> uris(X509Certificate certificate) {
        var uris = new ArrayList<String>();
        try {
            Collection<List<?>> names = certificate.getSubjectAlternativeNames();
            if (names == null) return uris;
            for (List<?> name : names) {
                if (Integer.valueOf(URI).equals(name.get(0))) uris.add(String.valueOf(name.get(1)));
            }
            return uris;
        } catch (CertificateParsingException broken) {
            throw new MalformedInput(
                    "certificate: its alternative names cannot be read: " + broken.getMessage(),
                    broken);
        }
    }

    public boolean isOf(PublicKey key) {
        return Arrays.equals(chain.getFirst().getPublicKey().getEncoded(), key.toSpki());
    }

    public Instant from() {
        return chain.getFirst().getNotBefore().toInstant();
    }

    public Instant until() {
        return chain.getFirst().getNotAfter().toInstant();
    }

    /// When two thirds of its life are over: early enough for a renewal to fail for long.
    public Instant renewal() {
        return from().plus(Duration.between(from(), until()).multipliedBy(2).dividedBy(3));
    }

    /// Hexadecimal.
    public String serial() {
        return chain.getFirst().getSerialNumber().toString(16);
    }

    /// Each certificate in DER.
    public List<byte[]> encoded() {
        var encoded = new ArrayList<byte[]>();
        for (X509Certificate certificate : chain) {
            try {
                encoded.add(certificate.getEncoded());
            } catch (CertificateEncodingException impossible) {
                throw new IllegalStateException("a parsed certificate is encoded", impossible);
            }
        }
        return encoded;
    }

    private static X509Certificate certificate(byte[] der) {
        try {
            if (factory().generateCertificate(new ByteArrayInputStream(der))
                    instanceof X509Certificate certificate) {
                return certificate;
            }
            throw new MalformedInput("not an X.509 certificate");
            // RuntimeException: as above
        } catch (CertificateException | RuntimeException broken) {
            throw new MalformedInput("not an X.509 certificate: " + broken.getMessage(), broken);
        }
    }

    private static CertificateFactory factory() throws CertificateException {
        return CertificateFactory.getInstance("X.509");
    }
}
