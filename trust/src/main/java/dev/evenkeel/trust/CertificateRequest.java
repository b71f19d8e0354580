// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.trust;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.evenkeel.core.Digest;
import dev.evenkeel.core.HardwareUrn;
import dev.evenkeel.core.KeyCode;

/// A device asks for a certificate: PKCS#10 (RFC 2986), signed with the key that shall be
/// certified, which proves that the sender holds it. It names the hardware and the fleet; the name
/// of the device is the server's to give.
public final class CertificateRequest {
    private static final String COMMON_NAME = "2.5.4.3";
    private static final String EXTENSION_REQUEST = "1.2.840.113549.1.9.14";
    private static final String SUBJECT_ALTERNATIVE_NAME = "2.5.29.17";
    private static final String ED25519 = "1.3.101.112";
    private static final int URI = 6;

    private CertificateRequest() {}

    /// The request, in DER.
    public static byte[] write(PrivateKey key, HardwareUrn hardware) {
        byte[] publicKey = key.publicKey().toSpki();
        KeyCode code = KeyCode.of(Digest.of(publicKey));
        byte[] subject =
                Der.sequence(
                        Der.set(Der.sequence(Der.oid(COMMON_NAME), Der.utf8(code.toString()))));
        byte[] names = Der.sequence(Der.primitive(URI, hardware.toString().getBytes(US_ASCII)));
        byte[] extensions =
                Der.sequence(Der.sequence(Der.oid(SUBJECT_ALTERNATIVE_NAME), Der.octets(names)));
        byte[] attributes =
                Der.tagged(0, Der.sequence(Der.oid(EXTENSION_REQUEST), Der.set(extensions)));
        byte[] asked = Der.sequence(Der.integer(0), subject, publicKey, attributes);
        return Der.sequence(asked, Der.sequence(Der.oid(ED25519)), Der.bits(key.sign(asked)));
    }
}
