// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.trust;

import dev.evenkeel.core.FleetId;
import dev.evenkeel.core.Limits;
import dev.evenkeel.trust.TrustException.MalformedMetadata;
import dev.evenkeel.trust.TrustException.MissingMetadata;
import dev.evenkeel.trust.TrustException.TooFewSignatures;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// What a repository folder offers at present, from its timestamp down, checked as a client checks
/// it but for expiry.
///
/// @param root the newest root
/// @param isUnderNewestRoot whether all below it is signed as the newest root wants it; else a
///   publisher was killed behind a change of keys, and the rest is still as the root before had it
/// @param roles the top targets role and all delegated ones
/// @param files the same, byte for byte
record PublishedState(
        RootTrust root,
        boolean isUnderNewestRoot,
        Timestamp timestamp,
        Snapshot snapshot,
        Map<String, Targets> roles,
        Map<String, byte[]> files) {
    PublishedState {
        roles = Collections.unmodifiableMap(new TreeMap<>(roles));
        files = Collections.unmodifiableMap(new TreeMap<>(files));
    }

    static PublishedState read(Path metadata) throws IOException {
        List<RootTrust> roots = roots(metadata);
        RootTrust newest = roots.getLast();
        for (RootTrust root : roots.reversed()) {
            try {
                return read(metadata, newest, root);
            } catch (TooFewSignatures underAnOlderRoot) {
                if (root == roots.getFirst()) throw underAnOlderRoot;
            }
        }
        throw new IllegalStateException("there is a first root");
    }

    private static PublishedState read(Path metadata, RootTrust newest, RootTrust root)
            throws IOException {
        var source = new Files(MetadataSource.ofFolder(metadata));
        TimestampTrust timestamp =
                root.withoutDeadline()
                        .timestamp(source.bytes(Roles.TIMESTAMP, 0), TimestampFloor.NONE);
        SnapshotTrust snapshot =
                timestamp.snapshot(
                        source.bytes(Roles.SNAPSHOT, timestamp.snapshotFile().version()),
                        SnapshotFloor.NONE);
        byte[] topBytes = source.bytes(Roles.TARGETS, snapshot.fileOf(Roles.TARGETS).version());
        TargetsTrust top = snapshot.targets(topBytes);
        var roles = new TreeMap<String, Targets>();
        var files = new TreeMap<String, byte[]>();
        roles.put(Roles.TARGETS, top.targets());
        files.put(Roles.TARGETS, topBytes);
        for (Delegation delegation : top.targets().delegations()) {
            byte[] bytes = source.bytes(delegation.role(), top.fileOf(delegation).version());
            roles.put(delegation.role(), top.delegated(delegation, bytes).targets());
            files.put(delegation.role(), bytes);
        }
        return new PublishedState(
                newest, root == newest, timestamp.timestamp(), snapshot.snapshot(), roles, files);
    }

    static RootTrust newestRoot(Path metadata) throws IOException {
        return roots(metadata).getLast();
    }

    private static List<RootTrust> roots(Path metadata) throws IOException {
        var source = new Files(MetadataSource.ofFolder(metadata));
        var roots = new ArrayList<RootTrust>();
        roots.add(RootTrust.held(source.bytes(Roles.ROOT, 1)));
        while (true) {
            RootTrust last = roots.getLast();
            Optional<byte[]> next = source.find(Roles.ROOT, last.version() + 1);
            if (next.isEmpty()) return roots;
            roots.add(last.next(next.get()));
        }
    }

    FleetId fleet() {
        FleetId fleet = root.fleet();
        if (fleet == null) throw new MalformedMetadata(Roles.ROOT, "it names no fleet");
        return fleet;
    }

    /// Who may sign for a role that is published.
    RoleKeys keysOf(String role) {
        if (Roles.TOP.contains(role)) return root.root().role(role);
        return top().delegations().stream()
                .filter(delegation -> delegation.role().equals(role))
                .map(Delegation::keys)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no role " + role));
    }

    /// Who holds which key, by key id.
    Map<String, String> holders() {
        var names = new TreeMap<>(root.root().header().holders());
        names.putAll(top().header().holders());
        return names;
    }

    Targets top() {
        return role(Roles.TARGETS);
    }

    Targets role(String name) {
        Targets targets = roles.get(name);
        if (targets == null)
            throw new IllegalArgumentException("no role " + name + " is published");
        return targets;
    }

    private record Files(MetadataSource source) {
        Optional<byte[]> find(String role, long version) throws IOException {
            return source.fetch(Roles.file(role, version), Limits.METADATA_BYTES);
        }

        byte[] bytes(String role, long version) throws IOException {
            return find(role, version)
                    .orElseThrow(() ->
                            new MissingMetadata(
                                    Roles.file(role, version), "the repository folder"));
        }
    }
}
