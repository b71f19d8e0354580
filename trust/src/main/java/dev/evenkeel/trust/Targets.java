// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.trust;

import dev.evenkeel.core.MalformedInput;
import dev.evenkeel.core.json.Json;
import dev.evenkeel.core.json.JsonArray;
import dev.evenkeel.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// The content of targets metadata, of the top role or of a delegated one: files, and who else may
/// name files.
///
/// @param unknown members that this version does not know; kept when the role is signed anew
record Targets(
        Header header,
        Map<String, TargetFile> files,
        List<Delegation> delegations,
        JsonObject unknown) {
    private static final Set<String> KNOWN = Set.of("targets", "delegations");

    Targets {
        files = Collections.unmodifiableMap(new TreeMap<>(files));
        delegations = List.copyOf(delegations);
        Set<String> names = new HashSet<>();
        for (Delegation delegation : delegations) {
            if (!names.add(delegation.role())) {
                throw new MalformedInput("role " + delegation.role() + " is delegated to twice");
            }
        }
    }

    Targets(Header header, Map<String, TargetFile> files, List<Delegation> delegations) {
        this(header, files, delegations, JsonObject.EMPTY);
    }

    /// The same delegations and custom members under a new header, with these files.
    Targets next(Header fresh, Map<String, TargetFile> newFiles) {
        var kept = new Header(fresh.version(), fresh.expires(), fresh.fleet(), header.ours());
        return new Targets(kept, newFiles, delegations, unknown);
    }

    static Targets read(JsonObject signed) {
        Header header = Header.read(signed, Roles.TARGETS);
        JsonObject named = signed.object("targets");
        var files = new TreeMap<String, TargetFile>();
        for (String name : named.members().keySet()) {
            files.put(name, TargetFile.read(name, named.object(name)));
        }
        return new Targets(
                header,
                files,
                signed.optionalObject("delegations").map(Targets::delegations).orElse(List.of()),
                signed.without(KNOWN).without(Header.KNOWN));
    }

    private static List<Delegation> delegations(JsonObject json) {
        Map<String, PublicKey> known = RoleKeys.readKeys(json.object("keys"));
        if (!json.has("roles") && json.has("succinct_roles")) {
            throw new MalformedInput("succinct delegations (TAP 15) are not read by this version");
        }
        var delegations = new ArrayList<Delegation>();
        for (JsonObject role : json.array("roles").objects()) {
            delegations.add(Delegation.read(role, known));
        }
        return delegations;
    }

    JsonObject toJson() {
        JsonObject named = JsonObject.EMPTY;
        for (TargetFile file : files.values()) {
            named = named.with(file.name(), file.toJson());
        }
        JsonObject json = unknown.withAll(header.toJson(Roles.TARGETS).with("targets", named));
        if (delegations.isEmpty()) return json;
        List<Json> roles = delegations.stream().<Json>map(Delegation::toJson).toList();
        List<RoleKeys> keys = delegations.stream().map(Delegation::keys).toList();
        return json.with(
                "delegations",
                JsonObject.of("keys", RoleKeys.keysToJson(keys))
                        .with("roles", new JsonArray(roles)));
    }
}
