// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.trust;

import dev.evenkeel.trust.TrustException.RollbackDetected;
import java.util.Map;
import java.util.TreeMap;

/// The versions that a snapshot, and every file that it lists, must not go below.
record SnapshotFloor(long version, Map<String, Long> versions) {
    static final SnapshotFloor NONE = new SnapshotFloor(0, Map.of());

    SnapshotFloor {
        versions = Map.copyOf(versions);
    }

    static SnapshotFloor of(Snapshot snapshot) {
        var versions = new TreeMap<String, Long>();
        snapshot.files().forEach((name, file) -> versions.put(name, file.version()));
        return new SnapshotFloor(snapshot.header().version(), versions);
    }

    /// TUF 5.5.5: nothing older, and nothing gone.
    void require(Snapshot snapshot) {
        if (snapshot.header().version() < version) {
            throw new RollbackDetected("snapshot.json", version, snapshot.header().version());
        }
        for (Map.Entry<String, Long> floor : new TreeMap<>(versions).entrySet()) {
            MetaFile listed = snapshot.files().get(floor.getKey());
            long found = listed == null ? 0 : listed.version();
            if (found < floor.getValue()) {
                throw new RollbackDetected(floor.getKey(), floor.getValue(), found);
            }
        }
    }
}
