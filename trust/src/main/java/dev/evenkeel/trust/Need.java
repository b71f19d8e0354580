// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.trust;

import dev.evenkeel.core.json.JsonObject;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// A threshold that the signatures under one file have to meet.
///
/// @param of whose keys, in words: `the root in force`
/// @param holders who holds them, by key id; only told, it decides nothing
record Need(String of, RoleKeys keys, Map<String, String> holders) {
    Need {
        holders = Collections.unmodifiableMap(new TreeMap<>(holders));
    }

    static Need read(JsonObject json) {
        Map<String, PublicKey> known = RoleKeys.readKeys(json.object("keys"));
        var holders = new TreeMap<String, String>();
        JsonObject names = json.object("holders");
        for (String id : names.members().keySet()) holders.put(id, names.text(id));
        return new Need(json.text("of"), RoleKeys.read(json, known), holders);
    }

    JsonObject toJson() {
        JsonObject names = JsonObject.EMPTY;
        for (Map.Entry<String, String> name : holders.entrySet()) {
            if (keys.keys().containsKey(name.getKey())) {
                names = names.with(name.getKey(), name.getValue());
            }
        }
        return keys.toJson()
                .with("holders", names)
                .with("keys", RoleKeys.keysToJson(List.of(keys)))
                .with("of", of);
    }
}
