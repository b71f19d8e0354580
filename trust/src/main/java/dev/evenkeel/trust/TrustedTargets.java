// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.trust;

import dev.evenkeel.core.FleetId;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// What may be installed now: a complete, fresh set of trusted metadata. Only [TufClient#refresh]
/// makes it. For one thread.
public final class TrustedTargets {
    private final TargetsTrust top;
    private final TufClient client;
    private final int mostRoles;
    private final Map<Delegation, TargetsTrust> delegated = new HashMap<>();

    TrustedTargets(TargetsTrust top, TufClient client, int mostRoles) {
        this.top = top;
        this.client = client;
        this.mostRoles = mostRoles;
    }

    /// The target of this name, by the role that may name it. Fetches that role's metadata when it
    /// is not held yet. Empty: no trusted role names it.
    public Optional<TargetFile> find(String targetName) throws IOException {
        return new DelegationWalk<>(TargetsTrust::targets, this::load, mostRoles)
                .find(top, targetName);
    }

    public Optional<TargetFile> find(TargetName name) throws IOException {
        return find(name.text());
    }

    /// The fleet that all of it is bound to; empty for a repository of others.
    public Optional<FleetId> fleet() {
        return Optional.ofNullable(top.root().fleet());
    }

    /// Whether the repository names files by version and digest (TUF 6.2).
    public boolean isConsistent() {
        return top.root().root().consistentSnapshot();
    }

    private Optional<TargetsTrust> load(TargetsTrust delegator, Delegation delegation)
            throws IOException {
        // by the whole delegation: what one delegator trusts is no word for another's
        TargetsTrust known = delegated.get(delegation);
        if (known == null) {
            known = client.delegated(delegator, delegation);
            delegated.put(delegation, known);
        }
        return Optional.of(known);
    }
}
