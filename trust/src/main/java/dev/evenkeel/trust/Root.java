// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.trust;

import dev.evenkeel.core.MalformedInput;
import dev.evenkeel.core.json.JsonObject;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/// The content of root metadata: who may sign what.
///
/// @param consistentSnapshot whether files carry their version or digest in their names (TUF 6.2)
record Root(Header header, boolean consistentSnapshot, Map<String, RoleKeys> roles) {
    Root {
        roles = Collections.unmodifiableMap(new LinkedHashMap<>(roles));
        if (!roles.keySet().containsAll(Roles.TOP)) {
            throw new MalformedInput("a root names the roles " + Roles.TOP);
        }
    }

    Root(Header header, Map<String, RoleKeys> roles) {
        this(header, true, roles);
    }

    static Root read(JsonObject signed) {
        Header header = Header.read(signed, Roles.ROOT);
        Map<String, PublicKey> known = RoleKeys.readKeys(signed.object("keys"));
        JsonObject named = signed.object("roles");
        var roles = new LinkedHashMap<String, RoleKeys>();
        for (String role : Roles.TOP) {
            roles.put(role, RoleKeys.read(named.object(role), known));
        }
        return new Root(
                header,
                signed.has("consistent_snapshot") && signed.flag("consistent_snapshot"),
                roles);
    }

    JsonObject toJson() {
        JsonObject named = JsonObject.EMPTY;
        for (Map.Entry<String, RoleKeys> role : roles.entrySet()) {
            named = named.with(role.getKey(), role.getValue().toJson());
        }
        return header.toJson(Roles.ROOT)
                .with("consistent_snapshot", consistentSnapshot)
                .with("keys", RoleKeys.keysToJson(roles.values()))
                .with("roles", named);
    }

    RoleKeys role(String name) {
        RoleKeys keys = roles.get(name);
        if (keys == null) throw new IllegalStateException("a root always names " + name);
        return keys;
    }
}
