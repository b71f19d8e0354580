// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.testkit.prove;

import dev.evenkeel.boot.Region;
import dev.evenkeel.core.Limits;
import dev.evenkeel.core.json.JsonObject;
import dev.evenkeel.core.json.StrictJson;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// What a state partition holds of roots, of what their keys signed, and of time. Judges by what
/// stands there, without the agent's own classes. One state after the other shares most of it, so
/// what was parsed last is kept.
final class TrustRecords {
    private record Parsed(byte[] bytes, JsonObject json) {}

    private final Map<Region, Parsed> parsed = new HashMap<>();

    /// The keys that a root gives to the role, with the root's version.
    private record Rooted(long version, Set<String> timestamp, Set<String> snapshot) {}

    /// What is wrong with the roots after a cut; empty when nothing is.
    ///
    /// @param before at the last time that the power came
    Optional<String> rootFault(MachineState before, MachineState now) {
        Optional<Rooted> old = root(before);
        Optional<Rooted> held = root(now);
        if (old.isEmpty()) return Optional.empty();
        if (held.isEmpty()) return Optional.of("the root of trust is lost");
        if (held.get().version() < old.get().version()) {
            return Optional.of(
                    "root "
                            + old.get().version()
                            + " was trusted, and now it is "
                            + held.get().version());
        }
        if (!held.get().timestamp().containsAll(signers(now, Region.TRUST_TIMESTAMP))) {
            return Optional.of("a timestamp is held that a withdrawn key signed");
        }
        if (!held.get().snapshot().containsAll(signers(now, Region.TRUST_SNAPSHOT))) {
            return Optional.of("a snapshot is held that a withdrawn key signed");
        }
        return Optional.empty();
    }

    /// What is wrong with the stored times after a cut.
    Optional<String> timeFault(MachineState before, MachineState now) {
        Optional<JsonObject> old = clock(before);
        if (old.isEmpty()) return Optional.empty();
        Optional<JsonObject> held = clock(now);
        if (held.isEmpty()) return Optional.of("the stored times are lost");
        Instant floor = Instant.parse(old.get().text("floor"));
        if (Instant.parse(held.get().text("floor")).isBefore(floor)) {
            return Optional.of("the stored time went back from " + floor);
        }
        return signedFault(old.get(), held.get(), now);
    }

    private Optional<String> signedFault(JsonObject old, JsonObject held, MachineState now) {
        Optional<JsonObject> told = old.optionalObject("signed");
        if (told.isEmpty() || !isTrusted(told.get(), now)) return Optional.empty();
        Instant time = Instant.parse(told.get().text("time"));
        boolean isKept =
                held.optionalObject("signed")
                        .filter(one -> !Instant.parse(one.text("time")).isBefore(time))
                        .isPresent();
        return isKept ? Optional.empty() : Optional.of("the signed time went back from " + time);
    }

    /// The signed time that counts under the root that is held.
    Optional<Instant> signedTime(MachineState state) {
        return clock(state)
                .flatMap(json -> json.optionalObject("signed"))
                .filter(told -> isTrusted(told, state))
                .map(told -> Instant.parse(told.text("time")));
    }

    private boolean isTrusted(JsonObject told, MachineState state) {
        var keys = new HashSet<>(told.array("keys").texts());
        return root(state).filter(one -> one.timestamp().containsAll(keys)).isPresent();
    }

    private Optional<JsonObject> clock(MachineState state) {
        return bytes(state, Region.CLOCK).map(bytes -> parse(Region.CLOCK, bytes));
    }

    private Optional<Rooted> root(MachineState state) {
        return metadata(state, Region.TRUST_ROOT)
                .map(json -> json.object("signed"))
                .map(json ->
                        new Rooted(
                                json.smallInteger("version"),
                                keys(json, "timestamp"),
                                keys(json, "snapshot")));
    }

    private static Set<String> keys(JsonObject root, String role) {
        return Set.copyOf(root.object("roles").object(role).array("keyids").texts());
    }

    private Set<String> signers(MachineState state, Region region) {
        var all = new HashSet<String>();
        metadata(state, region).stream()
                .flatMap(json -> json.array("signatures").objects().stream())
                .forEach(one -> all.add(one.text("keyid")));
        return all;
    }

    private Optional<JsonObject> metadata(MachineState state, Region region) {
        return body(state, region).map(bytes -> parse(region, bytes));
    }

    /// The newest metadata of the role, as they were received: behind a line with its name.
    static Optional<byte[]> body(MachineState state, Region region) {
        Optional<byte[]> content = bytes(state, region);
        if (content.isEmpty()) return Optional.empty();
        byte[] all = content.get();
        int start = 0;
        while (start < all.length && all[start] != '\n') start++;
        return start + 1 < all.length
                ? Optional.of(Arrays.copyOfRange(all, start + 1, all.length))
                : Optional.empty();
    }

    private static Optional<byte[]> bytes(MachineState state, Region region) {
        return Symmetry.contents(Copies.of(state.medium(Partition.STATE), region)).stream()
                .findFirst();
    }

    private JsonObject parse(Region region, byte[] bytes) {
        Parsed last = parsed.get(region);
        if (last != null && Arrays.equals(last.bytes(), bytes)) return last.json();
        JsonObject json = StrictJson.parseObject(bytes, Limits.METADATA_BYTES);
        parsed.put(region, new Parsed(bytes, json));
        return json;
    }
}
