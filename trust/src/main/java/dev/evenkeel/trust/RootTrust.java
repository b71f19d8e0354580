// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.trust;

import dev.evenkeel.core.FleetId;
import dev.evenkeel.trust.TrustException.BrokenRootChain;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// A root that is trusted, as a link of the chain of roots. Its expiry says nothing yet: an expired
/// root still leads to the next one (TUF 5.3).
final class RootTrust {
    private final Root root;

    private RootTrust(Root root) {
        this.root = root;
    }

    /// The root that a client holds: trusted by its place, and whole because it is signed by the
    /// keys that it names.
    static RootTrust held(byte[] bytes) {
        SignedFile file = SignedFile.parse(Roles.ROOT, bytes);
        Root root = file.trustedByPlace().read(Root::read);
        file.verifiedBy(root.role(Roles.ROOT));
        return new RootTrust(root);
    }

    /// TUF 5.3.4-5.3.6: signed by a threshold of the keys of this root and of its own, and exactly
    /// one version on.
    RootTrust next(byte[] candidate) {
        SignedFile file = SignedFile.parse(Roles.ROOT, candidate);
        Root next =
                file.verifiedBy(root.role(Roles.ROOT)).readOf(fleet(), Root::read, Root::header);
        file.verifiedBy(next.role(Roles.ROOT));
        if (next.header().version() != version() + 1) {
            throw new BrokenRootChain(version() + 1, next.header().version());
        }
        return new RootTrust(next);
    }

    /// Whether a key of the timestamp or snapshot role was withdrawn on the way to `next`: then
    /// what the old keys signed is no floor any more (TUF 5.3.11, fast-forward attack).
    boolean onlineKeysRotatedIn(RootTrust next) {
        return root.role(Roles.TIMESTAMP).isRotatedIn(next.root.role(Roles.TIMESTAMP))
                || root.role(Roles.SNAPSHOT).isRotatedIn(next.root.role(Roles.SNAPSHOT));
    }

    /// The end of the walk: from here on expiry counts (TUF 5.3.10).
    FinalRoot at(Instant start) {
        return FinalRoot.of(root, new Deadline.Start(start));
    }

    /// The end of the walk for the publisher, who renews what expired.
    FinalRoot withoutDeadline() {
        return FinalRoot.of(root, new Deadline.Waived());
    }

    long version() {
        return root.header().version();
    }

    /// The fleet to which all below this root is bound; null where it names none.
    @Nullable FleetId fleet() {
        return root.header().fleet();
    }

    Root root() {
        return root;
    }
}
