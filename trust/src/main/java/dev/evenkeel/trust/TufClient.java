// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.trust;

import dev.evenkeel.trust.TrustException.EndlessData;
import dev.evenkeel.trust.TrustException.MissingMetadata;
import dev.evenkeel.trust.TrustException.NoTrustedRoot;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;

/// The client's workflow (TUF 1.0, section 5): fetches each file, asks the verdicts, and stores
/// what passed the complete check, byte for byte.
///
/// 1. One start time for all; expired metadata below the newest root is refused, not stored.
/// 2. Roots one by one, each signed by the one before and by itself, stored as they pass.
/// 3. Timestamp, snapshot, targets: never below what is stored, unless a root withdrew the keys
///    that signed it.
/// 4. A refresh that fails leaves what is installed readable; see [#stored].
public final class TufClient {
    private final TrustStore store;
    private final MetadataSource source;
    private final TrustLimits limits;

    public TufClient(TrustStore store, MetadataSource source) {
        this(store, source, TrustLimits.DEFAULT);
    }

    public TufClient(TrustStore store, MetadataSource source, TrustLimits limits) {
        this.store = store;
        this.source = source;
        this.limits = limits;
    }

    /// Brings the trusted metadata up to date. Throws a [TrustException] when the repository offers
    /// anything wrong, an [IOException] when it cannot be reached.
    public TrustedTargets refresh(Instant start) throws IOException {
        FinalRoot root = newestRoot().at(start);
        TimestampTrust timestamp = timestamp(root);
        SnapshotTrust snapshot = snapshot(timestamp);
        return new TrustedTargets(targets(snapshot), this, limits.delegatedRoles());
    }

    /// What the store holds, without a network and whether expired or not: good for reading what is
    /// installed, and a type of its own so that nothing new is installed from it.
    public StoredTargets stored() {
        return StoredTargets.of(heldRoot(), store, limits.delegatedRoles());
    }

    // TUF 5.3
    private RootTrust newestRoot() throws IOException {
        RootTrust root = heldRoot();
        for (int walked = 0; walked < limits.rootRotations(); walked++) {
            String file = Roles.file(Roles.ROOT, root.version() + 1);
            Optional<byte[]> candidate = fetch(file, limits.rootBytes());
            if (candidate.isEmpty()) return root;
            root = advance(root, candidate.get());
        }
        return root;
    }

    private RootTrust advance(RootTrust root, byte[] candidate) {
        RootTrust next = root.next(candidate);
        if (root.onlineKeysRotatedIn(next)) {
            // before the root is stored: after a power cut the walk comes by here again
            store.remove(Roles.TIMESTAMP);
            store.remove(Roles.SNAPSHOT);
        }
        store.save(Roles.ROOT, candidate);
        return next;
    }

    private RootTrust heldRoot() {
        return RootTrust.held(store.load(Roles.ROOT).orElseThrow(NoTrustedRoot::new));
    }

    // TUF 5.4
    private TimestampTrust timestamp(FinalRoot root) throws IOException {
        Optional<byte[]> held = store.load(Roles.TIMESTAMP);
        TimestampFloor floor = held.map(root::timestampFloor).orElse(TimestampFloor.NONE);
        String file = Roles.file(Roles.TIMESTAMP, 0);
        byte[] received =
                fetch(file, limits.timestampBytes())
                        .orElseThrow(() -> new MissingMetadata(file, "every repository"));
        TimestampTrust timestamp = root.timestamp(received, floor);
        // TUF 5.4.3: the same version again is not stored; the one that is held stays in force
        if (held.isPresent() && timestamp.version() == floor.version()) {
            return root.timestamp(held.get(), floor);
        }
        store.save(Roles.TIMESTAMP, received);
        return timestamp;
    }

    // TUF 5.5
    private SnapshotTrust snapshot(TimestampTrust timestamp) throws IOException {
        MetaFile expected = timestamp.snapshotFile();
        Optional<byte[]> held = store.load(Roles.SNAPSHOT);
        SnapshotFloor floor = held.map(timestamp.root()::snapshotFloor).orElse(SnapshotFloor.NONE);
        if (held.isPresent() && expected.isExactly(held.get())) {
            return timestamp.snapshot(held.get(), floor);
        }
        byte[] received = fetchNamed(Roles.SNAPSHOT, expected, limits.snapshotBytes(), "timestamp");
        SnapshotTrust snapshot = timestamp.snapshot(received, floor);
        store.save(Roles.SNAPSHOT, received);
        return snapshot;
    }

    // TUF 5.6
    private TargetsTrust targets(SnapshotTrust snapshot) throws IOException {
        return loaded(Roles.TARGETS, snapshot.fileOf(Roles.TARGETS), snapshot::targets);
    }

    /// The delegated role's metadata (TUF 5.6.7.2).
    TargetsTrust delegated(TargetsTrust delegator, Delegation delegation) throws IOException {
        return loaded(
                delegation.role(),
                delegator.fileOf(delegation),
                bytes -> delegator.delegated(delegation, bytes));
    }

    private interface Verdict {
        TargetsTrust on(byte[] bytes);
    }

    private TargetsTrust loaded(String role, MetaFile expected, Verdict verdict)
            throws IOException {
        Optional<byte[]> held = store.load(role);
        if (held.isPresent() && expected.isExactly(held.get())) return verdict.on(held.get());
        byte[] received = fetchNamed(role, expected, limits.targetsBytes(), "snapshot");
        TargetsTrust trust = verdict.on(received);
        store.save(role, received);
        return trust;
    }

    private byte[] fetchNamed(String role, MetaFile expected, int limitBytes, String namedBy)
            throws IOException {
        String file = Roles.file(role, expected.version());
        return fetch(file, expected.fetchLimit(limitBytes))
                .orElseThrow(() -> new MissingMetadata(file, "the trusted " + namedBy));
    }

    private Optional<byte[]> fetch(String file, int maxBytes) throws IOException {
        Optional<byte[]> received = source.fetch(file, maxBytes);
        if (received.isPresent() && received.get().length > maxBytes) {
            throw new EndlessData(file, maxBytes);
        }
        return received;
    }
}
