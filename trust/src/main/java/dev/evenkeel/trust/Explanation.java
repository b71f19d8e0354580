// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.trust;

import dev.evenkeel.core.Limits;
import dev.evenkeel.trust.TrustException.MissingMetadata;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Why a file of a repository is, or is not, trusted: the steps of a device's check, each with what
/// it found, up to the one that refuses.
///
/// @param isTrusted whether a device that starts now from that root would take the file
public record Explanation(List<Step> steps, boolean isTrusted) {
    /// One step of the check.
    public record Step(boolean isGood, String told) {}

    public Explanation {
        steps = List.copyOf(steps);
    }

    /// Follows the signatures from `root` to `content`, which is offered as `target`.
    public static Explanation of(
            MetadataSource metadata, byte[] root, String target, byte[] content, Instant start)
            throws IOException {
        var walk = new Walk(metadata, target, start);
        try {
            boolean isTrusted = walk.follow(root, content);
            return new Explanation(walk.steps, isTrusted);
        } catch (TrustException refused) {
            walk.steps.add(new Step(false, String.valueOf(refused.getMessage())));
            return new Explanation(walk.steps, false);
        }
    }

    private record Walk(MetadataSource metadata, String target, Instant start, List<Step> steps) {
        Walk(MetadataSource metadata, String target, Instant start) {
            this(metadata, target, start, new ArrayList<>());
        }

        boolean follow(byte[] rootBytes, byte[] content) throws IOException {
            RootTrust root = RootTrust.held(rootBytes);
            good("root " + root.version() + " is where trust begins; its own " + signed(root));
            Optional<byte[]> next = find(Roles.ROOT, root.version() + 1);
            while (next.isPresent()) {
                root = root.next(next.get());
                good(
                        "root "
                                + root.version()
                                + " is signed by the keys of root "
                                + (root.version() - 1)
                                + " and by its own; "
                                + signed(root));
                next = find(Roles.ROOT, root.version() + 1);
            }
            FinalRoot newest = root.at(start);
            good("root " + root.version() + " holds until " + root.root().header().expires());
            TimestampTrust timestamp =
                    newest.timestamp(bytes(Roles.TIMESTAMP, 0), TimestampFloor.NONE);
            tell(Roles.TIMESTAMP, timestamp.timestamp().header());
            SnapshotTrust snapshot =
                    timestamp.snapshot(
                            bytes(Roles.SNAPSHOT, timestamp.snapshotFile().version()),
                            SnapshotFloor.NONE);
            tell(Roles.SNAPSHOT, snapshot.snapshot().header());
            TargetsTrust top =
                    snapshot.targets(
                            bytes(Roles.TARGETS, snapshot.fileOf(Roles.TARGETS).version()));
            tell(Roles.TARGETS, top.targets().header());
            Optional<TargetFile> found = search(top);
            if (found.isEmpty()) {
                String why = "it was never published in that channel, or was withdrawn";
                steps.add(new Step(false, "no role that may name " + target + " does: " + why));
                return false;
            }
            good(target + " is named there, " + found.get().sizeBytes() + " bytes");
            found.get().verify(content);
            good("its " + content.length + " bytes are those that were signed");
            return true;
        }

        private Optional<TargetFile> search(TargetsTrust top) throws IOException {
            var loader =
                    new DelegationWalk<TargetsTrust>(
                            TargetsTrust::targets,
                            this::load,
                            TrustLimits.DEFAULT.delegatedRoles());
            return loader.find(top, target);
        }

        private Optional<TargetsTrust> load(TargetsTrust delegator, Delegation delegation)
                throws IOException {
            byte[] file = bytes(delegation.role(), delegator.fileOf(delegation).version());
            TargetsTrust trust = delegator.delegated(delegation, file);
            tell(delegation.role(), trust.targets().header());
            return Optional.of(trust);
        }

        private static String signed(RootTrust root) {
            RoleKeys keys = root.root().role(Roles.ROOT);
            return keys.threshold() + " of " + keys.keys().size() + " keys have signed";
        }

        private void tell(String role, Header header) {
            good(
                    role
                            + " "
                            + header.version()
                            + " is signed as it must be and holds until "
                            + header.expires());
        }

        private void good(String told) {
            steps.add(new Step(true, told));
        }

        private Optional<byte[]> find(String role, long version) throws IOException {
            return metadata.fetch(Roles.file(role, version), Limits.METADATA_BYTES);
        }

        private byte[] bytes(String role, long version) throws IOException {
            return find(role, version)
                    .orElseThrow(
                            () -> new MissingMetadata(Roles.file(role, version), "the repository"));
        }
    }
}
