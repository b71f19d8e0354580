// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.trust;

import dev.evenkeel.core.MalformedInput;
import dev.evenkeel.core.json.JsonObject;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/// The content of root metadata: who may sign what.
record Root(Header header, Map<String, RoleKeys> roles) {
    Root {
        roles = Collections.unmodifiableMap(new LinkedHashMap<>(roles));
        if (!roles.keySet().containsAll(Roles.TOP)) {
            throw new MalformedInput("a root names the roles " + Roles.TOP);
        }
    }

    static Root read(JsonObject signed) {
        Header header = Header.read(signed, Roles.ROOT);
        if (!signed.flag("consistent_snapshot")) {
            throw new MalformedInput("expected consistent snapshots, found them switched off");
        }
        Map<String, PublicKey> known = RoleKeys.readKeys(signed.object("keys"));
        JsonObject named = signed.object("roles");
        var roles = new LinkedHashMap<String, RoleKeys>();
        for (String role : Roles.TOP) {
            roles.put(role, RoleKeys.read(named.object(role), known));
        }
        return new Root(header, roles);
    }

    JsonObject toJson() {
        JsonObject named = JsonObject.EMPTY;
        for (Map.Entry<String, RoleKeys> role : roles.entrySet()) {
            named = named.with(role.getKey(), role.getValue().toJson());
        }
        return header.toJson(Roles.ROOT)
                .with("consistent_snapshot", true)
                .with("keys", RoleKeys.keysToJson(roles.values()))
                .with("roles", named);
    }

    RoleKeys role(String name) {
        RoleKeys keys = roles.get(name);
        if (keys == null) throw new IllegalStateException("a root always names " + name);
        return keys;
    }
}
