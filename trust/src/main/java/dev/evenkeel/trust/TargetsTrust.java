// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.trust;

/// Targets metadata that is trusted, of the top role or of a delegated one. Made only from a
/// [SnapshotTrust], or from the targets that delegate to it.
final class TargetsTrust {
    private final SnapshotTrust snapshot;
    private final Targets targets;

    private TargetsTrust(SnapshotTrust snapshot, Targets targets) {
        this.snapshot = snapshot;
        this.targets = targets;
    }

    /// TUF 5.6: length and digest before parsing, signatures by the keys that the delegator names,
    /// the version that the snapshot names, expiry.
    static TargetsTrust of(SnapshotTrust snapshot, String role, RoleKeys keys, byte[] candidate) {
        MetaFile expected = snapshot.fileOf(role);
        String file = snapshot.root().fileName(role, expected.version());
        expected.requireContent(file, candidate);
        Targets read =
                SignedFile.parse(role, candidate)
                        .verifiedBy(keys)
                        .readOf(snapshot.root().fleet(), Targets::read, Targets::header);
        expected.requireVersion(file, read.header().version());
        snapshot.root().deadline().require(role, read.header());
        return new TargetsTrust(snapshot, read);
    }

    TargetsTrust delegated(Delegation delegation, byte[] candidate) {
        return of(snapshot, delegation.role(), delegation.keys(), candidate);
    }

    MetaFile fileOf(Delegation delegation) {
        return snapshot.fileOf(delegation.role());
    }

    FinalRoot root() {
        return snapshot.root();
    }

    Targets targets() {
        return targets;
    }
}
