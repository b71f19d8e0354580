// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.fleet;

import dev.evenkeel.core.DeviceId;
import dev.evenkeel.core.Digest;
import java.time.Instant;
import java.util.Optional;

/// Leave for one device to join the fleet, once, until it expires. The token itself is known only
/// to its carrier.
///
/// @param digest SHA-256 of the token
/// @param note for people: whom it was made for; may be empty
/// @param usedBy the device that came with it
public record EnrolmentToken(
        Digest digest,
        String note,
        Instant createdAt,
        Instant expiresAt,
        Optional<DeviceId> usedBy) {
    boolean isExpired(Instant now) {
        return !now.isBefore(expiresAt);
    }

    EnrolmentToken used(DeviceId device) {
        return new EnrolmentToken(digest, note, createdAt, expiresAt, Optional.of(device));
    }
}
