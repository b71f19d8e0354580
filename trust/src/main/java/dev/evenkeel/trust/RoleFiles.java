// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.trust;

import dev.evenkeel.core.FleetId;
import dev.evenkeel.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Signs the metadata of single roles and puts it into a repository's `metadata` folder, each under
/// a version that was never used before.
///
/// @param trusted the keys that may sign for a role
record RoleFiles(
        DurableFolder folder,
        SigningKeys keys,
        Function<String, RoleKeys> trusted,
        FleetId fleet,
        Instant now) {
    /// Versions of a role that stay: the newest, and some for clients that read the timestamp a
    /// while ago. Each names all that is published, so keeping every one would cost the square of
    /// the number of publications. Roots all stay, because clients walk from one to the next.
    static final int KEPT_VERSIONS = 16;

    MetaFile putRoot(Map<String, RoleKeys> roles, @Nullable Courier courier) throws IOException {
        Root root = new Root(header(Roles.ROOT, 1), roles);
        return put(Roles.ROOT, 1, root.with(root.header(), roles, courier).toJson());
    }

    /// The role's next version, with what `before` said beside its files.
    MetaFile putTargets(String role, Targets before, Map<String, TargetFile> files)
            throws IOException {
        Targets next = before.next(header(role, unusedVersion(role)), files);
        return put(role, next.header().version(), next.toJson());
    }

    /// The role's first version, or the first after a publisher that was killed.
    MetaFile putFirstTargets(String role, List<Delegation> delegations) throws IOException {
        Header header = header(role, unusedVersion(role));
        return put(role, header.version(), new Targets(header, Map.of(), delegations).toJson());
    }

    /// Writes a snapshot, and the timestamp that makes it the present one.
    void putSnapshot(Map<String, MetaFile> files, long timestampVersion) throws IOException {
        long version = unusedVersion(Roles.SNAPSHOT);
        var snapshot = new Snapshot(header(Roles.SNAPSHOT, version), files);
        putTimestamp(put(Roles.SNAPSHOT, version, snapshot.toJson()), timestampVersion);
    }

    void putTimestamp(MetaFile snapshot, long version) throws IOException {
        var timestamp = new Timestamp(header(Roles.TIMESTAMP, version), snapshot);
        put(Roles.TIMESTAMP, version, timestamp.toJson());
    }

    private MetaFile put(String role, long version, JsonObject signed) throws IOException {
        byte[] bytes = SignedFile.sign(signed, keys.signersOf(trusted.apply(role)));
        folder.put(Roles.file(role, version), bytes);
        return MetaFile.of(version, bytes);
    }

    Header header(String role, long version) {
        return new Header(version, now.plus(Lifetimes.of(role)), fleet);
    }

    /// Removes the versions of a role that nobody asks for any more. Only right after its newest
    /// was written and named by the timestamp: else the present one may be old, behind several that
    /// an interrupted publisher left. When it is cut off itself, the next one removes them.
    void forgetOldVersions(String role) throws IOException {
        List<Long> versions = versions(role);
        int old = versions.size() - KEPT_VERSIONS;
        for (int i = 0; i < old; i++) {
            Files.deleteIfExists(folder.folder().resolve(Roles.file(role, versions.get(i))));
        }
    }

    /// One above every version of the role that lies in the folder, named by a snapshot or not: a
    /// cache may hold what an interrupted publisher left.
    long unusedVersion(String role) throws IOException {
        List<Long> versions = versions(role);
        return versions.isEmpty() ? 1 : versions.getLast() + 1;
    }

    /// Ascending.
    private List<Long> versions(String role) throws IOException {
        String end = "." + role + ".json";
        var versions = new ArrayList<Long>();
        try (var files = Files.list(folder.folder())) {
            for (Path file : (Iterable<Path>) files::iterator) {
                String name = String.valueOf(file.getFileName());
                if (!name.endsWith(end)) continue;
                String number = name.substring(0, name.length() - end.length());
                if (number.matches("[1-9][0-9]{0,17}")) {
                    versions.add(Long.parseLong(number));
                }
            }
        }
        Collections.sort(versions);
        return versions;
    }
}
