// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.trust;

import dev.evenkeel.core.MalformedInput;
import dev.evenkeel.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The content of root metadata: who may sign what.
///
/// @param consistentSnapshot whether files carry their version or digest in their names (TUF 6.2)
/// @param courier who may sign offline bundles; null in roots that know no couriers yet
/// @param unknown members that this version does not know; kept when the root is signed anew
record Root(
        Header header,
        boolean consistentSnapshot,
        Map<String, RoleKeys> roles,
        @Nullable Courier courier,
        JsonObject unknown) {
    private static final Set<String> KNOWN = Set.of("consistent_snapshot", "keys", "roles");

    Root {
        roles = Collections.unmodifiableMap(new LinkedHashMap<>(roles));
        if (!roles.keySet().containsAll(Roles.TOP)) {
            throw new MalformedInput("a root names the roles " + Roles.TOP);
        }
    }

    Root(Header header, Map<String, RoleKeys> roles) {
        this(header, true, roles);
    }

    Root(Header header, boolean consistentSnapshot, Map<String, RoleKeys> roles) {
        this(header, consistentSnapshot, roles, null, JsonObject.EMPTY);
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
                roles,
                Courier.read(header.ours(), known),
                signed.without(KNOWN).without(Header.KNOWN));
    }

    JsonObject toJson() {
        JsonObject named = JsonObject.EMPTY;
        for (Map.Entry<String, RoleKeys> role : roles.entrySet()) {
            named = named.with(role.getKey(), role.getValue().toJson());
        }
        var all = new ArrayList<>(roles.values());
        Header whole = header;
        if (courier != null) {
            all.add(courier.keys());
            whole = courier.in(header);
        }
        return unknown.withAll(whole.toJson(Roles.ROOT))
                .with("consistent_snapshot", consistentSnapshot)
                .with("keys", RoleKeys.keysToJson(all))
                .with("roles", named);
    }

    Root with(Header newHeader, Map<String, RoleKeys> newRoles, @Nullable Courier newCourier) {
        return new Root(newHeader, consistentSnapshot, newRoles, newCourier, unknown);
    }

    RoleKeys role(String name) {
        RoleKeys keys = roles.get(name);
        if (keys == null) throw new IllegalStateException("a root always names " + name);
        return keys;
    }
}
