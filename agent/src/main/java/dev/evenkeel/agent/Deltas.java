// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.agent;

import dev.evenkeel.content.ContentFault;
import dev.evenkeel.content.ContentPath;
import dev.evenkeel.content.ContentSource;
import dev.evenkeel.content.Unfinished;
import dev.evenkeel.content.delta.DeltaHead;
import dev.evenkeel.core.Digest;
import dev.evenkeel.core.MalformedInput;
import dev.evenkeel.trust.TargetFile;
import dev.evenkeel.trust.TrustException;
import dev.evenkeel.trust.TrustStore;
import dev.evenkeel.trust.TrustedTargets;
import dev.evenkeel.trust.TufClient;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The deltas that the server made between images, as signed metadata name them. A head that was
/// fetched is kept for as long as the agent runs.
final class Deltas {
    /// A larger head is not worth a small device's memory.
    static final int MOST_HEAD_BYTES = 4 << 20;

    private final TrustStore store;
    private final Server server;
    private final ContentSource source;
    private final TimeFloor time;
    private final Log log;
    private final Unfinished unfinished = new Unfinished();
    private final Map<Digest, DeltaHead> heads = new HashMap<>();
    private @Nullable TrustedTargets targets;

    /// A delta that the metadata name.
    ///
    /// @param name SHA-256 of its head, and its name in a repository
    record Named(Digest name, int headBytes, TargetFile target) {
        String path() {
            return ContentPath.delta(name);
        }
    }

    Deltas(TrustStore store, Server server, ContentSource source, TimeFloor time, Log log) {
        this.store = store;
        this.server = server;
        this.source = source;
        this.time = time;
        this.log = log;
    }

    /// The delta from one image to another. Asks for newer metadata when nothing was asked yet;
    /// what cannot be trusted now names no delta, and the image comes another way.
    Optional<Named> find(Digest old, Digest fresh) throws IOException {
        String name = ContentPath.deltaTarget(old, fresh);
        try {
            Optional<TargetFile> target = targets(name);
            if (target.isEmpty()) return Optional.empty();
            if (target.get().sizeBytes() > MOST_HEAD_BYTES) {
                log.warn("no delta: the head of " + name + " is larger than " + MOST_HEAD_BYTES);
                return Optional.empty();
            }
            int headBytes = (int) target.get().sizeBytes();
            return Optional.of(new Named(target.get().digest(), headBytes, target.get()));
        } catch (TrustException | MalformedInput refused) {
            log.warn("no delta: " + refused.getMessage());
            return Optional.empty();
        }
    }

    /// Asks for newer metadata at the next [#find].
    void forget() {
        targets = null;
    }

    private Optional<TargetFile> targets(String name) throws IOException {
        if (targets == null) {
            var client = new TufClient(store, server.metadata());
            // a fleet without deltas costs no request
            if (!client.stored().delegates(name)) return Optional.empty();
            targets = client.refresh(time.trusted());
        }
        return targets.find(name);
    }

    /// Whether the head is here and costs nothing more.
    boolean holds(Named delta) {
        return heads.containsKey(delta.name());
    }

    /// Fetches the head; empty where the carrier does not have it. Throws [MalformedInput] where it
    /// is not the head of a delta between these images.
    Optional<DeltaHead> head(Named delta, Digest old, Digest fresh) throws IOException {
        DeltaHead known = heads.get(delta.name());
        if (known != null) return Optional.of(known);
        try {
            DeltaHead head = DeltaHead.read(verified(delta, fetch(delta)));
            if (!head.old().equals(old) || !head.fresh().equals(fresh)) {
                throw new MalformedInput("delta: its head is of other images than its name says");
            }
            heads.put(delta.name(), head);
            return Optional.of(head);
        } catch (ContentFault.NotCarried absent) {
            log.warn("no delta: " + absent.getMessage());
            return Optional.empty();
        }
    }

    private byte[] verified(Named delta, byte[] head) {
        try {
            return delta.target().verify(head);
        } catch (TrustException wrong) {
            source.wasWrong(delta.path(), String.valueOf(wrong.getMessage()));
            throw wrong;
        }
    }

    private byte[] fetch(Named delta) throws IOException {
        int held = unfinished.held(delta.name());
        try (InputStream in = source.open(delta.path(), held, delta.headBytes() - held)) {
            return unfinished.complete(delta.name(), delta.headBytes(), in);
        }
    }
}
