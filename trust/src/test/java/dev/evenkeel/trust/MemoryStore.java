// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.trust;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// A device's store in memory.
final class MemoryStore implements TrustStore {
    final Map<String, byte[]> records = new TreeMap<>();

    static MemoryStore provisionedWith(byte[] root) {
        var store = new MemoryStore();
        store.save(Roles.ROOT, root);
        return store;
    }

    @Override
    public Optional<byte[]> load(String role) {
        return Optional.ofNullable(records.get(role)).map(byte[]::clone);
    }

    @Override
    public void save(String role, byte[] bytes) {
        records.put(role, bytes.clone());
    }

    @Override
    public void remove(String role) {
        records.remove(role);
    }

    byte[] held(String role) {
        return load(role).orElseThrow();
    }

    void rot(String role) {
        byte[] rotten = held(role);
        rotten[rotten.length / 2] ^= 1;
        save(role, rotten);
    }

    MemoryStore copy() {
        var copy = new MemoryStore();
        records.forEach(copy::save);
        return copy;
    }
}
