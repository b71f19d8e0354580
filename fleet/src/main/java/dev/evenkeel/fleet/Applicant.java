// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.fleet;

import dev.evenkeel.core.Digest;
import dev.evenkeel.core.HardwareUrn;
import java.util.Optional;

/// Somebody who holds a key, which was proved, and asks for a certificate of it.
///
/// @param publicKey SubjectPublicKeyInfo
/// @param hardware that it says it is; a device that is known already need not say
/// @param address that it came from
public record Applicant(byte[] publicKey, Optional<HardwareUrn> hardware, String address) {
    public Digest fingerprint() {
        return Digest.of(publicKey);
    }
}
