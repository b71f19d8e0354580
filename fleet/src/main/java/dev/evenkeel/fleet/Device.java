// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.fleet;

import dev.evenkeel.core.DeviceId;
import dev.evenkeel.core.DeviceType;
import dev.evenkeel.core.Digest;
import dev.evenkeel.core.FleetId;
import java.time.Instant;
import java.util.Optional;

/// One enrolled machine: its key, how it came in, and what was certified of it.
///
/// @param publicKey X.509 SubjectPublicKeyInfo (DER): of its certificates, and what verifies its
///   boot reports; never changes
/// @param certificate the newest that was issued
/// @param revoked that its key counts for nothing any more
public record Device(
        FleetId fleet,
        DeviceId id,
        DeviceType type,
        int revision,
        byte[] publicKey,
        Admission admission,
        Instant enrolledAt,
        Optional<Certificate> certificate,
        Optional<Revocation> revoked) {
    /// What let a device in.
    ///
    /// @param evidence digest of the token, of the factory certificate or of the key itself
    public record Admission(Way way, Digest evidence) {}

    /// The newest certificate of the device.
    ///
    /// @param serial hexadecimal
    public record Certificate(String serial, Instant issuedAt, Instant expiresAt) {}

    public record Revocation(Instant at, String why) {}

    /// SHA-256 of the public key.
    public Digest fingerprint() {
        return Digest.of(publicKey);
    }

    Device with(Certificate issued) {
        return new Device(
                fleet,
                id,
                type,
                revision,
                publicKey,
                admission,
                enrolledAt,
                Optional.of(issued),
                revoked);
    }

    Device with(Revocation revocation) {
        return new Device(
                fleet,
                id,
                type,
                revision,
                publicKey,
                admission,
                enrolledAt,
                certificate,
                Optional.of(revocation));
    }
}
