// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.trust;

import dev.evenkeel.core.Limits;

/// The most that a client reads and walks before it stops.
///
/// @param rootRotations new roots followed in one refresh; the next one goes on
/// @param delegatedRoles roles visited in one search
public record TrustLimits(
        int rootBytes,
        int timestampBytes,
        int snapshotBytes,
        int targetsBytes,
        int rootRotations,
        int delegatedRoles) {
    public static final TrustLimits DEFAULT =
            new TrustLimits(512 << 10, 16 << 10, 2 << 20, Limits.METADATA_BYTES, 256, 32);

    /// Signatures that one file may carry: each costs a verification.
    static final int SIGNATURES = 64;

    /// A role's name becomes a part of a URL, three times as long if every byte of it is encoded.
    static final int ROLE_NAME_CHARS = 512;

    public TrustLimits {
        if (rootBytes < 1 || timestampBytes < 1 || snapshotBytes < 1 || targetsBytes < 1) {
            throw new IllegalArgumentException("a limit in bytes is at least 1");
        }
        if (rootRotations < 1 || delegatedRoles < 1) {
            throw new IllegalArgumentException("a limit of steps is at least 1");
        }
    }
}
