// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.trust;

import dev.evenkeel.core.MalformedInput;
import dev.evenkeel.core.json.JsonArray;
import dev.evenkeel.core.json.JsonObject;
import dev.evenkeel.trust.SignedFile.RoleSignature;
import dev.evenkeel.trust.TrustException.TooFewSignatures;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The keys of one role, by key id, and how many of them must sign. Signatures are counted for each
/// key material, never for each id: one key under two names is one key.
record RoleKeys(int threshold, Map<String, PublicKey> keys) {
    RoleKeys {
        if (threshold < 1) {
            throw new MalformedInput("a threshold is at least 1, not " + threshold);
        }
        keys = Collections.unmodifiableMap(new LinkedHashMap<>(keys));
    }

    static RoleKeys of(int threshold, Collection<PublicKey> keys) {
        var byId = new LinkedHashMap<String, PublicKey>();
        for (PublicKey key : keys) {
            byId.put(key.id(), key);
        }
        return new RoleKeys(threshold, byId);
    }

    /// Reads `{"keyids": [...], "threshold": n}` with the keys that stand beside it.
    static RoleKeys read(JsonObject json, Map<String, PublicKey> known) {
        List<String> ids = json.array("keyids").texts();
        if (new HashSet<>(ids).size() != ids.size()) {
            throw new MalformedInput("a role names one key id twice");
        }
        var keys = new LinkedHashMap<String, PublicKey>();
        for (String id : ids) {
            // a key of a later type is not ours to count, and no reason to refuse the others
            PublicKey key = known.get(id);
            if (key != null) keys.put(id, key);
        }
        return new RoleKeys(json.smallInteger("threshold"), keys);
    }

    /// Reads `{"<key id>": {key object}}` of a fleet; keys of unknown types are left out.
    static Map<String, PublicKey> readKeys(JsonObject json) {
        return readKeys(json, KeyRules.OWN);
    }

    static Map<String, PublicKey> readKeys(JsonObject json, KeyRules rules) {
        var keys = new LinkedHashMap<String, PublicKey>();
        for (String id : json.members().keySet()) {
            JsonObject object = json.object(id);
            Optional<PublicKey> key = PublicKey.fromTufJson(object, rules);
            if (key.isEmpty()) continue;
            // TUF 4.2: clients must calculate each key id
            if (!PublicKey.idOf(object).equals(id)) {
                throw new MalformedInput(
                        "a key stands under another id than its own " + PublicKey.idOf(object));
            }
            keys.put(id, key.get());
        }
        return keys;
    }

    static JsonObject keysToJson(Collection<RoleKeys> roles) {
        JsonObject json = JsonObject.EMPTY;
        for (RoleKeys role : roles) {
            for (Map.Entry<String, PublicKey> key : role.keys.entrySet()) {
                json = json.with(key.getKey(), key.getValue().toTufJson());
            }
        }
        return json;
    }

    JsonObject toJson() {
        return JsonObject.of("keyids", JsonArray.ofTexts(List.copyOf(keys.keySet())))
                .with("threshold", threshold);
    }

    void require(String role, byte[] message, List<RoleSignature> signatures) {
        int found = signers(message, signatures).size();
        if (found < threshold) throw new TooFewSignatures(role, threshold, found);
    }

    /// The independent keys of this role that did sign `message`. A key that shares material with
    /// one that was counted is not independent: a hybrid key and its own Ed25519 half are one.
    Set<PublicKey> signers(byte[] message, List<RoleSignature> signatures) {
        var signers = new LinkedHashSet<PublicKey>();
        var counted = new HashSet<String>();
        for (RoleSignature signature : signatures) {
            PublicKey key = keys.get(signature.keyId());
            if (key == null || !Collections.disjoint(counted, key.material())) continue;
            if (!key.verifies(message, signature.bytes())) continue;
            signers.add(key);
            counted.addAll(key.material());
        }
        return signers;
    }

    /// Whether some key of this role may no longer sign under `next`.
    boolean isRotatedIn(RoleKeys next) {
        return !new HashSet<>(next.keys.values()).containsAll(keys.values());
    }
}
