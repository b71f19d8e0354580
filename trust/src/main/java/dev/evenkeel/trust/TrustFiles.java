// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.trust;

import dev.evenkeel.core.Limits;
import dev.evenkeel.core.json.JsonObject;
import dev.evenkeel.core.json.StrictJson;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/// The offline roles' files as a repository has them: what a change of keys starts from, also on a
/// machine that the repository is not on.
///
/// @param root the newest root
/// @param delegated the delegated roles, by name
/// @param free the next version of each role that nobody ever used
public record TrustFiles(
        JsonObject root,
        JsonObject targets,
        SortedMap<String, JsonObject> delegated,
        SortedMap<String, Long> free) {
    public TrustFiles {
        delegated = Collections.unmodifiableSortedMap(new TreeMap<>(delegated));
        free = Collections.unmodifiableSortedMap(new TreeMap<>(free));
    }

    public static TrustFiles read(byte[] bytes) {
        JsonObject json = StrictJson.parseObject(bytes, 4 * Limits.METADATA_BYTES);
        return read(json);
    }

    public static TrustFiles read(JsonObject json) {
        var delegated = new TreeMap<String, JsonObject>();
        JsonObject roles = json.object("delegated");
        for (String role : roles.members().keySet()) delegated.put(role, roles.object(role));
        var free = new TreeMap<String, Long>();
        JsonObject versions = json.object("free_versions");
        for (String role : versions.members().keySet()) free.put(role, versions.integer(role));
        return new TrustFiles(json.object("root"), json.object("targets"), delegated, free);
    }

    public JsonObject toJson() {
        JsonObject roles = JsonObject.EMPTY;
        for (Map.Entry<String, JsonObject> role : delegated.entrySet()) {
            roles = roles.with(role.getKey(), role.getValue());
        }
        JsonObject versions = JsonObject.EMPTY;
        for (Map.Entry<String, Long> version : free.entrySet()) {
            versions = versions.with(version.getKey(), version.getValue());
        }
        return JsonObject.of("delegated", roles)
                .with("free_versions", versions)
                .with("root", root)
                .with("targets", targets);
    }

    long free(String role) {
        return free.getOrDefault(role, 1L);
    }
}
