// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.fleet;

import dev.evenkeel.core.DeviceId;
import dev.evenkeel.core.Digest;
import java.time.Instant;
import java.util.Optional;

/// Leave for the one device that holds this key to join, until it expires.
///
/// @param fingerprint SHA-256 of the key
/// @param way [Way#FINGERPRINT] or [Way#APPROVAL]
/// @param note for people; may be empty
/// @param usedBy the device that came
public record ExpectedKey(
        Digest fingerprint,
        Way way,
        String note,
        Instant createdAt,
        Instant expiresAt,
        Optional<DeviceId> usedBy) {
    boolean isExpired(Instant now) {
        return !now.isBefore(expiresAt);
    }

    ExpectedKey used(DeviceId device) {
        return new ExpectedKey(fingerprint, way, note, createdAt, expiresAt, Optional.of(device));
    }
}
