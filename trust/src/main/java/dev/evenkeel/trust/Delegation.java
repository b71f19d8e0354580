// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.trust;

import dev.evenkeel.core.Channel;
import dev.evenkeel.core.MalformedInput;
import dev.evenkeel.core.json.JsonArray;
import dev.evenkeel.core.json.JsonObject;
import java.util.List;
import java.util.Map;

/// The right to name files under certain paths, given to another role.
///
/// @param terminating what this role does not name under its paths is named by nobody
record Delegation(String role, RoleKeys keys, List<PathPattern> paths, boolean terminating) {
    Delegation {
        Roles.delegated(role);
        paths = List.copyOf(paths);
    }

    static Delegation ofChannel(Channel channel, PublicKey key) {
        return new Delegation(
                Roles.ofChannel(channel),
                RoleKeys.of(1, List.of(key)),
                List.of(new PathPattern("channels/" + channel + "/*/*")),
                true);
    }

    static Delegation read(JsonObject json, Map<String, PublicKey> known) {
        if (json.has("path_hash_prefixes")) {
            throw new MalformedInput("delegations by hash prefix are not read by this version");
        }
        return new Delegation(
                json.text("name"),
                RoleKeys.read(json, known),
                json.array("paths").texts().stream().map(PathPattern::new).toList(),
                json.flag("terminating"));
    }

    JsonObject toJson() {
        return keys.toJson()
                .with("name", role)
                .with("paths", JsonArray.ofTexts(paths.stream().map(PathPattern::text).toList()))
                .with("terminating", terminating);
    }

    boolean covers(String targetName) {
        return paths.stream().anyMatch(path -> path.matches(targetName));
    }
}
