// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.server;

import dev.evenkeel.trust.TrustStore;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// What a device trusts, in memory.
public final class RememberedTrust implements TrustStore {
    private final Map<String, byte[]> records = new HashMap<>();

    /// Provisioned with this root.
    public RememberedTrust(byte[] root) {
        records.put("root", root);
    }

    @Override
    public Optional<byte[]> load(String role) {
        return Optional.ofNullable(records.get(role));
    }

    @Override
    public void save(String role, byte[] bytes) {
        records.put(role, bytes);
    }

    @Override
    public void remove(String role) {
        records.remove(role);
    }
}
