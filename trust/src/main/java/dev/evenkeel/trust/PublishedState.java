// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.trust;

import dev.evenkeel.core.FleetId;
import dev.evenkeel.core.Limits;
import dev.evenkeel.trust.TrustException.MalformedMetadata;
import dev.evenkeel.trust.TrustException.MissingMetadata;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// What a repository folder offers at present, from its timestamp down, checked as a client checks
/// it but for expiry.
///
/// @param roles the top targets role and all delegated ones
record PublishedState(
        RootTrust root, Timestamp timestamp, Snapshot snapshot, Map<String, Targets> roles) {
    PublishedState {
        roles = Collections.unmodifiableMap(new TreeMap<>(roles));
    }

    static PublishedState read(Path metadata) throws IOException {
        var source = new Files(MetadataSource.ofFolder(metadata));
        RootTrust root = newestRoot(metadata);
        TimestampTrust timestamp =
                root.withoutDeadline()
                        .timestamp(source.bytes(Roles.TIMESTAMP, 0), TimestampFloor.NONE);
        SnapshotTrust snapshot =
                timestamp.snapshot(
                        source.bytes(Roles.SNAPSHOT, timestamp.snapshotFile().version()),
                        SnapshotFloor.NONE);
        TargetsTrust top =
                snapshot.targets(
                        source.bytes(Roles.TARGETS, snapshot.fileOf(Roles.TARGETS).version()));
        var roles = new TreeMap<String, Targets>();
        roles.put(Roles.TARGETS, top.targets());
        for (Delegation delegation : top.targets().delegations()) {
            byte[] bytes = source.bytes(delegation.role(), top.fileOf(delegation).version());
            roles.put(delegation.role(), top.delegated(delegation, bytes).targets());
        }
        return new PublishedState(root, timestamp.timestamp(), snapshot.snapshot(), roles);
    }

    static RootTrust newestRoot(Path metadata) throws IOException {
        var source = new Files(MetadataSource.ofFolder(metadata));
        RootTrust root = RootTrust.held(source.bytes(Roles.ROOT, 1));
        while (true) {
            Optional<byte[]> next = source.find(Roles.ROOT, root.version() + 1);
            if (next.isEmpty()) return root;
            root = root.next(next.get());
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
