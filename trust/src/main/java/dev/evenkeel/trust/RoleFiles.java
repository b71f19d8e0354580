// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.trust;

import dev.evenkeel.core.FleetId;
import dev.evenkeel.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/// Signs the metadata of single roles and puts it into a repository's `metadata` folder, each under
/// a version that was never used before.
record RoleFiles(DurableFolder folder, SigningKeys keys, FleetId fleet, Instant now) {
    MetaFile putRoot(Map<String, RoleKeys> roles) throws IOException {
        return put(Roles.ROOT, 1, new Root(header(Roles.ROOT, 1), roles).toJson());
    }

    MetaFile putTargets(String role, Map<String, TargetFile> files, List<Delegation> delegations)
            throws IOException {
        long version = unusedVersion(role);
        return put(role, version, new Targets(header(role, version), files, delegations).toJson());
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
        byte[] bytes = SignedFile.sign(signed, List.of(keys.signer(role)));
        folder.put(Roles.file(role, version), bytes);
        return MetaFile.of(version, bytes);
    }

    private Header header(String role, long version) {
        return new Header(version, now.plus(Lifetimes.of(role)), fleet);
    }

    /// One above every version of the role that lies in the folder, named by a snapshot or not: a
    /// cache may hold what an interrupted publisher left.
    private long unusedVersion(String role) throws IOException {
        String end = "." + role + ".json";
        long highest = 0;
        try (var files = Files.list(folder.folder())) {
            for (Path file : (Iterable<Path>) files::iterator) {
                String name = String.valueOf(file.getFileName());
                if (!name.endsWith(end)) continue;
                String number = name.substring(0, name.length() - end.length());
                if (number.matches("[1-9][0-9]{0,17}")) {
                    highest = Math.max(highest, Long.parseLong(number));
                }
            }
        }
        return highest + 1;
    }
}
