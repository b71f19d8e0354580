// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.trust;

import java.util.Optional;

/// What one device trusts at present, byte for byte as it was received: one record for each role
/// (`root`, `timestamp`, `snapshot`, `targets`, `channel-prod`). Its root is put there when the
/// device is provisioned.
public interface TrustStore {
    Optional<byte[]> load(String role);

    /// Durable when it returns: after a power cut the record is the old or the new one.
    void save(String role, byte[] bytes);

    /// Forgets the role's record, durably; nothing happens when there is none.
    void remove(String role);
}
