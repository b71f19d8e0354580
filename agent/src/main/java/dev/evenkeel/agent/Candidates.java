// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.agent;

import dev.evenkeel.core.Channel;
import dev.evenkeel.core.DeviceId;
import dev.evenkeel.core.DeviceType;
import dev.evenkeel.core.Digest;
import dev.evenkeel.core.Downgrade;
import dev.evenkeel.core.Limits;
import dev.evenkeel.core.Manifest;
import dev.evenkeel.core.VersionFloor;
import dev.evenkeel.trust.TargetFile;
import dev.evenkeel.trust.TrustStore;
import dev.evenkeel.trust.TrustedTargets;
import dev.evenkeel.trust.TufClient;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;

/// Turns a target name into a verified manifest: the only way to one leads through TUF.
final class Candidates {
    /// A manifest and its name everywhere, the digest of its bytes as published.
    record Candidate(Manifest manifest, Digest digest) {
        Release release() {
            return Release.of(manifest, digest);
        }
    }

    private final TrustedTargets targets;
    private final Server server;

    private Candidates(TrustedTargets targets, Server server) {
        this.targets = targets;
        this.server = server;
    }

    /// Refreshes the metadata. Throws [TrustException] when they cannot be trusted now.
    static Candidates refresh(TrustStore store, Server server, Instant start) throws IOException {
        return new Candidates(new TufClient(store, server.metadata()).refresh(start), server);
    }

    /// The version floor that the channel's role names for this device type.
    Optional<VersionFloor> floor(Channel channel, DeviceType type) throws IOException {
        return content(VersionFloor.target(channel, type)).map(VersionFloor::read);
    }

    /// The leave for a downgrade that the channel's role gives this device.
    Optional<Downgrade> downgrade(Channel channel, DeviceId device) throws IOException {
        return content(Downgrade.target(channel, device)).map(Downgrade::read);
    }

    private Optional<byte[]> content(String targetName) throws IOException {
        Optional<TargetFile> target = targets.find(targetName);
        if (target.isEmpty()) return Optional.empty();
        byte[] bytes = server.content().fetch(target.get().path(), Limits.MESSAGE_BYTES);
        return Optional.of(target.get().verify(bytes));
    }

    /// The manifest of this target; empty when the trusted metadata name none.
    Optional<Candidate> find(String targetName) throws IOException {
        Optional<TargetFile> target = targets.find(targetName);
        if (target.isEmpty()) return Optional.empty();
        byte[] bytes =
                target.get()
                        .verify(server.content().fetch(target.get().path(), Limits.MANIFEST_BYTES));
        return Optional.of(new Candidate(Manifest.read(bytes), target.get().digest()));
    }
}
