// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.fleet;

import dev.evenkeel.core.Digest;
import java.time.Instant;

/// A certificate authority whose devices may join.
///
/// @param certificate X.509, DER
/// @param note for people; may be empty
public record FactoryAuthority(byte[] certificate, String note, Instant addedAt) {
    public Digest fingerprint() {
        return Digest.of(certificate);
    }
}
