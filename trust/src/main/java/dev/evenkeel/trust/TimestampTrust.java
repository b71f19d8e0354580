// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.trust;

import dev.evenkeel.trust.TrustException.RollbackDetected;

/// A timestamp that is trusted. Made only from a [FinalRoot].
final class TimestampTrust {
    private final FinalRoot root;
    private final Timestamp timestamp;

    private TimestampTrust(FinalRoot root, Timestamp timestamp) {
        this.root = root;
        this.timestamp = timestamp;
    }

    /// TUF 5.4: signatures, both versions not below the floor, expiry.
    static TimestampTrust of(FinalRoot root, byte[] candidate, TimestampFloor floor) {
        Timestamp read = root.open(Roles.TIMESTAMP, candidate, Timestamp::read, Timestamp::header);
        if (read.header().version() < floor.version()) {
            throw new RollbackDetected("timestamp.json", floor.version(), read.header().version());
        }
        if (read.snapshot().version() < floor.snapshotVersion()) {
            throw new RollbackDetected(
                    "snapshot.json as timestamp.json lists it",
                    floor.snapshotVersion(),
                    read.snapshot().version());
        }
        root.deadline().require(Roles.TIMESTAMP, read.header());
        return new TimestampTrust(root, read);
    }

    SnapshotTrust snapshot(byte[] candidate, SnapshotFloor floor) {
        return SnapshotTrust.of(this, candidate, floor);
    }

    long version() {
        return timestamp.header().version();
    }

    MetaFile snapshotFile() {
        return timestamp.snapshot();
    }

    FinalRoot root() {
        return root;
    }

    Timestamp timestamp() {
        return timestamp;
    }
}
