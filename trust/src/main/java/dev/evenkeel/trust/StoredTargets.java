// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.trust;

import dev.evenkeel.core.FleetId;
import dev.evenkeel.trust.TrustException.MissingMetadata;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;

/// What the device's own store says of targets, fresh or expired: enough to read what is installed,
/// never to install. Signatures are checked again, because a store can rot.
public final class StoredTargets {
    private final RootTrust root;
    private final Targets top;
    private final TrustStore store;
    private final int mostRoles;

    private StoredTargets(RootTrust root, Targets top, TrustStore store, int mostRoles) {
        this.root = root;
        this.top = top;
        this.store = store;
        this.mostRoles = mostRoles;
    }

    static StoredTargets of(RootTrust root, TrustStore store, int mostRoles) {
        byte[] bytes =
                store.load(Roles.TARGETS)
                        .orElseThrow(() ->
                                new MissingMetadata(
                                        "targets in the device's store", "every refreshed device"));
        Targets top = open(root, Roles.TARGETS, root.root().role(Roles.TARGETS), bytes);
        return new StoredTargets(root, top, store, mostRoles);
    }

    public Optional<TargetFile> find(String targetName) {
        try {
            return new DelegationWalk<Targets>(targets -> targets, this::load, mostRoles)
                    .find(top, targetName);
        } catch (IOException impossible) {
            throw new UncheckedIOException("the store does its own I/O", impossible);
        }
    }

    /// Whether the targets role has somebody else sign targets of this name.
    public boolean delegates(String targetName) {
        return top.delegations().stream().anyMatch(delegation -> delegation.covers(targetName));
    }

    public Optional<FleetId> fleet() {
        return Optional.ofNullable(root.fleet());
    }

    private Optional<Targets> load(Targets delegator, Delegation delegation) {
        return store.load(delegation.role())
                .map(bytes -> open(root, delegation.role(), delegation.keys(), bytes));
    }

    private static Targets open(RootTrust root, String role, RoleKeys keys, byte[] bytes) {
        return SignedFile.parse(role, bytes)
                .verifiedBy(keys)
                .readOf(root.fleet(), Targets::read, Targets::header);
    }
}
