// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.server;

import dev.evenkeel.core.DeviceUrn;
import dev.evenkeel.core.Digest;
import dev.evenkeel.fleet.Device;
import dev.evenkeel.fleet.FactoryAuthority;
import dev.evenkeel.fleet.Fleet;
import dev.evenkeel.trust.DeviceCertificate;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// Says who a certificate is of. Asked for every request, also on a connection that is open for
/// long, so that what becomes of a device counts at once.
final class Identities {
    private final Fleet fleet;
    private final DeviceAuthority authority;
    private final InstantSource clock;

    Identities(Fleet fleet, DeviceAuthority authority, InstantSource clock) {
        this.fleet = fleet;
        this.authority = authority;
        this.clock = clock;
    }

    sealed interface Identity {
        /// Showed no certificate.
        record Nobody() implements Identity {}

        /// A device of the fleet.
        ///
        /// @param isExpired whether its certificate is over: then it may ask for the next one, and
        ///   nothing else
        record OfDevice(Device device, boolean isExpired) implements Identity {}

        /// A machine of a factory that the fleet knows.
        record OfFactory(Digest certificate) implements Identity {}

        record Stranger(String why) implements Identity {}
    }

    Identity identify(Peer peer) {
        if (peer.chain().isEmpty()) return new Identity.Nobody();
        X509Certificate own = peer.chain().getFirst();
        if (authority.issued(own)) return device(own);
        Instant now = clock.instant();
        for (FactoryAuthority factory : fleet.factories().list()) {
            if (leadsTo(peer.chain(), factory, now)) {
                return new Identity.OfFactory(DeviceAuthority.digest(own));
            }
        }
        return new Identity.Stranger(
                "the certificate of "
                        + own.getSubjectX500Principal()
                        + " was not issued by this fleet's authority");
    }

    private Identity device(X509Certificate own) {
        Optional<DeviceUrn> name = DeviceCertificate.nameIn(own);
        if (name.isEmpty() || !name.get().fleet().equals(fleet.id())) {
            return new Identity.Stranger("the certificate is of no device of this fleet");
        }
        Optional<Device> device =
                fleet.devices()
                        .find(name.get().device())
                        .filter(known ->
                                Arrays.equals(known.publicKey(), own.getPublicKey().getEncoded()));
        if (device.isEmpty()) {
            return new Identity.Stranger("this fleet knows no device " + name.get().device());
        }
        boolean isExpired = !clock.instant().isBefore(own.getNotAfter().toInstant());
        return new Identity.OfDevice(device.get(), isExpired);
    }

    /// Whether each certificate was issued by the next, the last by the factory's authority, and
    /// none is out of date.
    private static boolean leadsTo(
            List<X509Certificate> chain, FactoryAuthority factory, Instant now) {
        X509Certificate root;
        try {
            root = Pem.certificates(factory.certificate()).getFirst();
        } catch (CertificateException broken) {
            return false;
        }
        X509Certificate below = chain.getFirst();
        if (!isInDate(below, now)) return false;
        for (X509Certificate above : chain.subList(1, chain.size())) {
            if (above.equals(root)) break;
            boolean isLink =
                    above.getBasicConstraints() >= 0
                            && isInDate(above, now)
                            && DeviceAuthority.isSignedBy(below, above);
            if (!isLink) return false;
            below = above;
        }
        return DeviceAuthority.isSignedBy(below, root);
    }

    private static boolean isInDate(X509Certificate certificate, Instant now) {
        return !now.isBefore(certificate.getNotBefore().toInstant())
                && now.isBefore(certificate.getNotAfter().toInstant());
    }
}
