// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.fleet;

import dev.evenkeel.core.DeviceId;
import dev.evenkeel.core.DeviceType;
import dev.evenkeel.core.Digest;
import dev.evenkeel.core.FleetId;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;

/// One enrolled machine: what never changes about it, and how it proves who it is.
///
/// @param publicKey X.509 SubjectPublicKeyInfo (DER) that verifies its boot reports
/// @param credential digest of the credential; the credential itself is only on the device
/// @param token digest of the enrolment token that it came with
public record Device(
        FleetId fleet,
        DeviceId id,
        DeviceType type,
        int revision,
        byte[] publicKey,
        Digest credential,
        Digest token,
        Instant enrolledAt) {
    /// Whether `secret` is this device's credential; takes the same time whatever is wrong with it.
    public boolean holds(String secret) {
        byte[] found = Digest.of(secret.getBytes(StandardCharsets.UTF_8)).raw();
        return MessageDigest.isEqual(credential.raw(), found);
    }

    Device with(Digest newCredential) {
        return new Device(fleet, id, type, revision, publicKey, newCredential, token, enrolledAt);
    }
}
