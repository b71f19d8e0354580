// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.trust;

import dev.evenkeel.trust.TrustException.EndlessData;
import dev.evenkeel.trust.TrustException.MalformedMetadata;
import dev.evenkeel.trust.TrustException.MissingMetadata;
import dev.evenkeel.trust.TrustException.NoTrustedRoot;
import java.io.IOException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;

/// The client's workflow (TUF 1.0, section 5): fetches each file, asks the verdicts, and stores
/// what passed the complete check, byte for byte.
///
/// 1. One start time for all (TUF 5.1); expired metadata below the newest root is refused, not
///    stored.
/// 2. Roots one by one, each signed by the one before and by itself, stored as they pass.
/// 3. Timestamp, snapshot, targets: never below what is stored, unless a root withdrew the keys
///    that signed it.
/// 4. What is held and still the file that is asked for is not fetched again.
/// 5. A refresh that fails leaves what is installed readable; see [#stored].
public final class TufClient {
    private final TrustStore store;
    private final MetadataSource source;
    private final TrustLimits limits;
    private final boolean isOfFleet;

    /// A device's client: its root, and so all metadata, name its fleet.
    public TufClient(TrustStore store, MetadataSource source) {
        this(store, source, TrustLimits.DEFAULT);
    }

    public TufClient(TrustStore store, MetadataSource source, TrustLimits limits) {
        this(store, source, limits, true);
    }

    private TufClient(
            TrustStore store, MetadataSource source, TrustLimits limits, boolean isOfFleet) {
        this.store = store;
        this.source = source;
        this.limits = limits;
        this.isOfFleet = isOfFleet;
    }

    /// A client of any TUF repository: one whose root names no fleet is read too.
    public static TufClient ofAnyRepository(TrustStore store, MetadataSource source) {
        return new TufClient(store, source, TrustLimits.DEFAULT, false);
    }

    /// Starts to trust `root`, which came by a way that is trusted: a store that holds another
    /// already keeps that, because nobody but a chain of signatures leads from one root to the
    /// next.
    ///
    /// @return whether the store holds this root now
    public static boolean begin(TrustStore store, byte[] root) {
        Optional<byte[]> held = store.load(Roles.ROOT);
        if (held.isPresent()) return Arrays.equals(held.get(), root);
        RootTrust.held(root);
        store.save(Roles.ROOT, root);
        return true;
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
            // TUF 5.3.3: a root's name has its version, consistent snapshots or not
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
        RootTrust root = RootTrust.held(store.load(Roles.ROOT).orElseThrow(NoTrustedRoot::new));
        if (isOfFleet && root.fleet() == null) {
            throw new MalformedMetadata(
                    Roles.ROOT, "it names no fleet, and a device belongs to one");
        }
        return root;
    }

    // TUF 5.4
    private TimestampTrust timestamp(FinalRoot root) throws IOException {
        Optional<byte[]> held = store.load(Roles.TIMESTAMP);
        TimestampFloor floor = held.map(root::timestampFloor).orElse(TimestampFloor.NONE);
        String file = Roles.plainFile(Roles.TIMESTAMP);
        byte[] received =
                fetch(file, limits.timestampBytes())
                        .orElseThrow(() -> new MissingMetadata(file, "every repository"));
        TimestampTrust timestamp = root.timestamp(received, floor);
        // TUF 5.4.3.1: the same version again is not stored; the one that is held stays in force
        if (held.isPresent() && timestamp.version() == floor.version()) {
            return root.timestamp(held.get(), floor);
        }
        store.save(Roles.TIMESTAMP, received);
        return timestamp;
    }

    // TUF 5.5
    private SnapshotTrust snapshot(TimestampTrust timestamp) throws IOException {
        Optional<byte[]> held = store.load(Roles.SNAPSHOT);
        SnapshotFloor floor = held.map(timestamp.root()::snapshotFloor).orElse(SnapshotFloor.NONE);
        return loaded(
                new Wanted(
                        Roles.SNAPSHOT,
                        timestamp.root(),
                        timestamp.snapshotFile(),
                        limits.snapshotBytes(),
                        "timestamp"),
                bytes -> timestamp.snapshot(bytes, floor));
    }

    // TUF 5.6
    private TargetsTrust targets(SnapshotTrust snapshot) throws IOException {
        MetaFile expected = snapshot.fileOf(Roles.TARGETS);
        return loaded(wantedTargets(Roles.TARGETS, snapshot.root(), expected), snapshot::targets);
    }

    /// The delegated role's metadata (TUF 5.6.7), judged by the keys that this delegator gives it,
    /// whoever else delegates to a role of this name.
    TargetsTrust delegated(TargetsTrust delegator, Delegation delegation) throws IOException {
        return loaded(
                wantedTargets(delegation.role(), delegator.root(), delegator.fileOf(delegation)),
                bytes -> delegator.delegated(delegation, bytes));
    }

    private Wanted wantedTargets(String role, FinalRoot root, MetaFile expected) {
        return new Wanted(role, root, expected, limits.targetsBytes(), "snapshot");
    }

    private interface Verdict<T> {
        T on(byte[] bytes);
    }

    /// A file that trusted metadata above it name.
    private record Wanted(
            String role, FinalRoot root, MetaFile expected, int limitBytes, String namedBy) {
        String file() {
            return root.fileName(role, expected.version());
        }
    }

    private <T> T loaded(Wanted wanted, Verdict<T> verdict) throws IOException {
        Optional<byte[]> held = store.load(wanted.role());
        if (held.isPresent()) {
            if (wanted.expected().isExactly(held.get())) return verdict.on(held.get());
            Optional<T> still = ifStillGood(held.get(), verdict);
            if (still.isPresent()) return still.get();
        }
        byte[] received =
                fetch(wanted.file(), wanted.expected().fetchLimit(wanted.limitBytes()))
                        .orElseThrow(() ->
                                new MissingMetadata(
                                        wanted.file(), "the trusted " + wanted.namedBy()));
        T trust = verdict.on(received);
        store.save(wanted.role(), received);
        return trust;
    }

    /// Where no digest says whether what is held is the file that is wanted, the verdict does.
    private static <T> Optional<T> ifStillGood(byte[] held, Verdict<T> verdict) {
        try {
            return Optional.of(verdict.on(held));
        } catch (TrustException olderOrOther) {
            return Optional.empty();
        }
    }

    private Optional<byte[]> fetch(String file, int maxBytes) throws IOException {
        Optional<byte[]> received = source.fetch(file, maxBytes);
        if (received.isPresent() && received.get().length > maxBytes) {
            throw new EndlessData(file, maxBytes);
        }
        return received;
    }
}
