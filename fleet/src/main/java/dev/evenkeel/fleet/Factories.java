// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.fleet;

import dev.evenkeel.core.Digest;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// The factories whose devices may join by the certificate that they were made with.
public final class Factories {
    private final Journal journal;
    private final InstantSource clock;
    private final Map<Digest, FactoryAuthority> known = new ConcurrentHashMap<>();

    Factories(Journal journal, InstantSource clock, List<FactoryAuthority> kept) {
        this.journal = journal;
        this.clock = clock;
        for (FactoryAuthority one : kept) known.put(one.fingerprint(), one);
    }

    /// From now on machines that it certified may join.
    ///
    /// @param certificate X.509 of the authority, DER
    public FactoryAuthority add(byte[] certificate, String note) {
        var authority = new FactoryAuthority(certificate.clone(), note, clock.instant());
        journal.now(List.of(new FleetChange.FactoryKept(authority)));
        known.put(authority.fingerprint(), authority);
        return authority;
    }

    /// From now on nobody joins by it; who did stays.
    public void remove(Digest fingerprint) {
        if (!known.containsKey(fingerprint)) {
            throw new FleetException.Unknown("no factory authority " + fingerprint.brief());
        }
        journal.now(List.of(new FleetChange.FactoryRemoved(fingerprint)));
        known.remove(fingerprint);
    }

    /// Oldest first.
    public List<FactoryAuthority> list() {
        return known.values().stream()
                .sorted(
                        Comparator.comparing(FactoryAuthority::addedAt)
                                .thenComparing(FactoryAuthority::fingerprint))
                .toList();
    }
}
