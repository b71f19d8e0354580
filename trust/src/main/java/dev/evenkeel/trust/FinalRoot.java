// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.trust;

import dev.evenkeel.core.FleetId;
import dev.evenkeel.core.json.JsonObject;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The newest root, not expired: the gate to everything below it.
final class FinalRoot {
    private final Root root;
    private final Deadline deadline;

    private FinalRoot(Root root, Deadline deadline) {
        this.root = root;
        this.deadline = deadline;
    }

    static FinalRoot of(Root root, Deadline deadline) {
        deadline.require(Roles.ROOT, root.header());
        return new FinalRoot(root, deadline);
    }

    /// What a stored timestamp forbids to go below. It may be expired; it counts only while its
    /// signatures hold under this root.
    TimestampFloor timestampFloor(byte[] stored) {
        try {
            Timestamp old = open(Roles.TIMESTAMP, stored, Timestamp::read, Timestamp::header);
            return new TimestampFloor(old.header().version(), old.snapshot().version());
        } catch (TrustException withdrawnOrDamaged) {
            return TimestampFloor.NONE;
        }
    }

    /// What a stored snapshot forbids to go below, under the same conditions.
    SnapshotFloor snapshotFloor(byte[] stored) {
        try {
            return SnapshotFloor.of(open(Roles.SNAPSHOT, stored, Snapshot::read, Snapshot::header));
        } catch (TrustException withdrawnOrDamaged) {
            return SnapshotFloor.NONE;
        }
    }

    TimestampTrust timestamp(byte[] candidate, TimestampFloor floor) {
        return TimestampTrust.of(this, candidate, floor);
    }

    /// Checks signatures and fleet of a top role's file, then reads it.
    <T> T open(
            String role, byte[] bytes, Function<JsonObject, T> reader, Function<T, Header> header) {
        return SignedFile.parse(role, bytes)
                .verifiedBy(root.role(role))
                .readOf(fleet(), reader, header);
    }

    @Nullable FleetId fleet() {
        return root.header().fleet();
    }

    /// The name of a role's file in the repository (TUF 5.5.1, 5.6.1).
    String fileName(String role, long version) {
        return root.consistentSnapshot() ? Roles.file(role, version) : Roles.plainFile(role);
    }

    Root root() {
        return root;
    }

    Deadline deadline() {
        return deadline;
    }
}
