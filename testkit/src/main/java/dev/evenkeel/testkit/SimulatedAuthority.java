// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.testkit;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.evenkeel.core.DeviceUrn;
import dev.evenkeel.core.Digest;
import dev.evenkeel.trust.Der;
import dev.evenkeel.trust.DeviceCertificate;
import dev.evenkeel.trust.PrivateKey;
import dev.evenkeel.trust.PublicKey;
import java.math.BigInteger;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;

/// A certificate authority for simulated devices: one key, certificates of the shape that a real
/// server gives. Reads no more of a request than the Ed25519 key and the signature in it.
public final class SimulatedAuthority {
    private static final byte[] ED25519 = Der.sequence(Der.oid("1.3.101.112"));
    private static final byte[] NAME = commonName("simulated authority");

    private final PrivateKey key = PrivateKey.generate();

    /// What the request asks for, for this device and this long.
    public DeviceCertificate certify(byte[] request, DeviceUrn name, Instant from, Instant until) {
        return certify(keyIn(request), name, from, until);
    }

    public DeviceCertificate certify(PublicKey of, DeviceUrn name, Instant from, Instant until) {
        byte[] names = Der.sequence(Der.primitive(6, name.toString().getBytes(US_ASCII)));
        byte[] extensions = Der.sequence(Der.sequence(Der.oid("2.5.29.17"), Der.octets(names)));
        byte[] certified =
                Der.sequence(
                        Der.tagged(0, Der.integer(2)),
                        Der.integer(serial(of, from)),
                        ED25519,
                        NAME,
                        Der.sequence(Der.time(from), Der.time(until)),
                        commonName(name.device().text()),
                        of.toSpki(),
                        Der.tagged(3, extensions));
        return DeviceCertificate.read(
                List.of(Der.sequence(certified, ED25519, Der.bits(key.sign(certified)))));
    }

    /// The same for the same key and moment, so that nothing of a simulation is left to chance.
    private static BigInteger serial(PublicKey of, Instant from) {
        String moment = of.id() + from;
        return new BigInteger(1, Arrays.copyOf(Digest.of(moment.getBytes(US_ASCII)).raw(), 8));
    }

    /// The chain as EST carries it: a PKCS#7 of nothing but certificates (RFC 5652, RFC 7030).
    public static byte[] certsOnly(DeviceCertificate certificate) {
        byte[] nothing = Der.set();
        byte[] signed =
                Der.sequence(
                        Der.integer(1),
                        nothing,
                        Der.sequence(Der.oid("1.2.840.113549.1.7.1")),
                        Der.tagged(0, certificate.encoded().toArray(byte[][]::new)),
                        nothing);
        return Der.sequence(Der.oid("1.2.840.113549.1.7.2"), Der.tagged(0, signed));
    }

    /// The key that a request was signed with; a request whose signature is another's has none.
    public static PublicKey keyIn(byte[] request) {
        byte[] start = Arrays.copyOf(PublicKey.ofEd25519(new byte[32]).toSpki(), 12);
        for (int at = 0; at + 44 <= request.length; at++) {
            if (!Arrays.equals(request, at, at + start.length, start, 0, start.length)) continue;
            var key = PublicKey.fromSpki(Arrays.copyOfRange(request, at, at + 44));
            if (key.verifies(asked(request), signature(request))) return key;
        }
        throw new IllegalArgumentException("not a request that its own key signed");
    }

    private static byte[] signature(byte[] request) {
        return Arrays.copyOfRange(request, request.length - 64, request.length);
    }

    /// The first element of the request, whose length takes two bytes as the request's own does.
    private static byte[] asked(byte[] request) {
        int head = header(request, 0);
        int length = header(request, head) + length(request, head);
        return Arrays.copyOfRange(request, head, head + length);
    }

    private static int header(byte[] der, int at) {
        int first = der[at + 1] & 0xff;
        return first < 0x80 ? 2 : 2 + (first & 0x7f);
    }

    private static int length(byte[] der, int at) {
        int first = der[at + 1] & 0xff;
        if (first < 0x80) return first;
        int length = 0;
        for (int i = 0; i < (first & 0x7f); i++) length = (length << 8) | (der[at + 2 + i] & 0xff);
        return length;
    }

    private static byte[] commonName(String text) {
        return Der.sequence(Der.set(Der.sequence(Der.oid("2.5.4.3"), Der.utf8(text))));
    }
}
