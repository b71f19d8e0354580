// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.trust;

import dev.evenkeel.trust.TrustException.MissingMetadata;

/// A snapshot that is trusted. Made only from a [TimestampTrust].
final class SnapshotTrust {
    private final FinalRoot root;
    private final Snapshot snapshot;

    private SnapshotTrust(FinalRoot root, Snapshot snapshot) {
        this.root = root;
        this.snapshot = snapshot;
    }

    /// TUF 5.5: length and digest before parsing, signatures, the version that the timestamp names,
    /// nothing rolled back, expiry.
    static SnapshotTrust of(TimestampTrust timestamp, byte[] candidate, SnapshotFloor floor) {
        MetaFile expected = timestamp.snapshotFile();
        FinalRoot root = timestamp.root();
        String file = root.fileName(Roles.SNAPSHOT, expected.version());
        expected.requireContent(file, candidate);
        Snapshot read = root.open(Roles.SNAPSHOT, candidate, Snapshot::read, Snapshot::header);
        expected.requireVersion(file, read.header().version());
        floor.require(read);
        root.deadline().require(Roles.SNAPSHOT, read.header());
        return new SnapshotTrust(root, read);
    }

    TargetsTrust targets(byte[] candidate) {
        return TargetsTrust.of(this, Roles.TARGETS, root.root().role(Roles.TARGETS), candidate);
    }

    /// What this snapshot says of the file of `role`.
    MetaFile fileOf(String role) {
        MetaFile file = snapshot.files().get(Roles.listed(role));
        if (file == null) {
            throw new MissingMetadata(
                    Roles.listed(role) + " in the snapshot", "a delegation of the targets role");
        }
        return file;
    }

    FinalRoot root() {
        return root;
    }

    Snapshot snapshot() {
        return snapshot;
    }
}
