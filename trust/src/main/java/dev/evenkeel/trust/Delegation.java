// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.trust;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.evenkeel.core.Channel;
import dev.evenkeel.core.Digest;
import dev.evenkeel.core.MalformedInput;
import dev.evenkeel.core.json.JsonArray;
import dev.evenkeel.core.json.JsonObject;
import java.util.List;
import java.util.Map;

/// The right to name files under certain paths, given to another role.
///
/// @param terminating what this role does not name under its paths is named by nobody
record Delegation(String role, RoleKeys keys, Scope scope, boolean terminating) {
    /// Which target names a delegation covers: by path or by digest, never both (TUF 4.5).
    sealed interface Scope {
        boolean covers(String targetName);

        record Paths(List<PathPattern> patterns) implements Scope {
            public Paths {
                patterns = List.copyOf(patterns);
            }

            @Override
            public boolean covers(String targetName) {
                return patterns.stream().anyMatch(pattern -> pattern.matches(targetName));
            }
        }

        /// Beginnings of the SHA-256 of the target's name: bins of equal size.
        record HashPrefixes(List<String> prefixes) implements Scope {
            public HashPrefixes {
                prefixes = List.copyOf(prefixes);
            }

            @Override
            public boolean covers(String targetName) {
                String hash = Digest.of(targetName.getBytes(UTF_8)).hex();
                return prefixes.stream().anyMatch(hash::startsWith);
            }
        }
    }

    Delegation {
        Roles.delegated(role);
    }

    Delegation(String role, RoleKeys keys, List<PathPattern> paths, boolean terminating) {
        this(role, keys, new Scope.Paths(paths), terminating);
    }

    static Delegation ofDeltas(PublicKey key) {
        return new Delegation(
                Roles.DELTAS,
                RoleKeys.of(1, List.of(key)),
                List.of(new PathPattern("deltas/*")),
                true);
    }

    Delegation with(RoleKeys newKeys) {
        return new Delegation(role, newKeys, scope, terminating);
    }

    static Delegation ofChannel(Channel channel, PublicKey key) {
        return new Delegation(
                Roles.ofChannel(channel),
                RoleKeys.of(1, List.of(key)),
                List.of(new PathPattern("channels/" + channel + "/*/*")),
                true);
    }

    static Delegation read(JsonObject json, Map<String, PublicKey> known) {
        return new Delegation(
                json.text("name"),
                RoleKeys.read(json, known),
                scope(json),
                json.flag("terminating"));
    }

    private static Scope scope(JsonObject json) {
        boolean byPath = json.has("paths");
        if (byPath == json.has("path_hash_prefixes")) {
            throw new MalformedInput(
                    "a delegation has either 'paths' or 'path_hash_prefixes', found "
                            + (byPath ? "both" : "neither"));
        }
        return byPath
                ? new Scope.Paths(
                        json.array("paths").texts().stream().map(PathPattern::new).toList())
                : new Scope.HashPrefixes(json.array("path_hash_prefixes").texts());
    }

    JsonObject toJson() {
        JsonObject json = keys.toJson().with("name", role);
        json =
                switch (scope) {
                    case Scope.Paths(List<PathPattern> patterns) ->
                            json.with(
                                    "paths",
                                    JsonArray.ofTexts(
                                            patterns.stream().map(PathPattern::text).toList()));
                    case Scope.HashPrefixes(List<String> prefixes) ->
                            json.with("path_hash_prefixes", JsonArray.ofTexts(prefixes));
                };
        return json.with("terminating", terminating);
    }

    boolean covers(String targetName) {
        return scope.covers(targetName);
    }
}
