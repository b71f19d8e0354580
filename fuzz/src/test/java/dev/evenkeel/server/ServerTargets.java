// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.evenkeel.core.MalformedInput;
import dev.evenkeel.fuzz.Target;
import dev.evenkeel.trust.Der;
import dev.evenkeel.trust.DeviceCertificate;
import dev.evenkeel.trust.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/// What of an HTTP request we take apart ourselves.
public final class ServerTargets {
    private static final long FILE_BYTES = 1_000;
    private static final String GOLDEN = "../trust/src/test/resources/golden/";
    private static final PrivateKey KEY = PrivateKey.fromSeed(new byte[32]);

    private ServerTargets() {}

    public static List<Target> all() {
        return List.of(
                Target.of("ranges", bytes -> ranges(new String(bytes, UTF_8))),
                Target.of("query", bytes -> query(new String(bytes, UTF_8)), Problem.class),
                Target.of("certificate-request", ServerTargets::application, MalformedInput.class)
                        .from(GOLDEN + "certificate-request-v1.der"),
                Target.of(
                        "certificate-request-signed",
                        bytes -> application(signed(bytes)),
                        MalformedInput.class),
                Target.of("certificates", ServerTargets::certificates));
    }

    /// The DER of a request; around it there is only base64.
    private static Optional<byte[]> application(byte[] der) {
        Application.read(Base64.getEncoder().encode(der));
        return Optional.empty();
    }

    /// A request of anybody, who has a key as everybody may: with these attributes.
    private static byte[] signed(byte[] attributes) {
        byte[] info =
                Der.sequence(
                        Der.integer(0),
                        Der.sequence(),
                        KEY.publicKey().toSpki(),
                        Der.tagged(0, attributes));
        return Der.sequence(info, Der.sequence(Der.oid("1.3.101.112")), Der.bits(KEY.sign(info)));
    }

    /// What a factory authority or a chain is configured from, as text or DER.
    private static Optional<byte[]> certificates(byte[] bytes) {
        try {
            for (X509Certificate one : Pem.certificates(bytes)) {
                DeviceCertificate.nameIn(one);
                DeviceAuthority.isSignedBy(one, one);
            }
        } catch (CertificateException | MalformedInput refused) {
            if (refused.getMessage() == null) throw new AssertionError(refused);
        }
        return Optional.empty();
    }

    /// Whatever is asked for lies within the file, and is not more than twice the whole of it.
    private static Optional<byte[]> ranges(String header) {
        if (ByteRanges.parse(Optional.of(header), FILE_BYTES) instanceof ByteRanges.Some some) {
            long total = 0;
            for (ByteRanges.One one : some.ranges()) {
                if (one.first() < 0 || one.length() < 1 || one.last() >= FILE_BYTES) {
                    throw new AssertionError(header + " gave " + one);
                }
                total += one.length();
            }
            if (total > 2 * FILE_BYTES) throw new AssertionError(header + " gave " + total);
        }
        return Optional.empty();
    }

    private static Optional<byte[]> query(String text) {
        Request.pairs(text);
        return Optional.empty();
    }
}
