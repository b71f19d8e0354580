// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.agent;

import dev.evenkeel.core.Slot;
import dev.evenkeel.core.json.JsonObject;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Which complete release each slot is known to hold. A slot that is being written, or never was,
/// has none.
record History(Map<Slot, Release> slots, JsonObject unknown) {
    static final int FORMAT = 1;
    static final History EMPTY = new History(Map.of(), JsonObject.EMPTY);
    private static final Set<String> KNOWN = Set.of("type", "format", "slots");

    History {
        slots = Map.copyOf(slots);
    }

    static History read(JsonObject json) {
        var slots = new EnumMap<Slot, Release>(Slot.class);
        JsonObject all = json.object("slots");
        for (Slot slot : Slot.values()) {
            all.optionalObject(slot.toString())
                    .ifPresent(release -> slots.put(slot, Release.read(release)));
        }
        return new History(slots, json.without(KNOWN));
    }

    JsonObject toJson() {
        JsonObject all = JsonObject.EMPTY;
        for (Slot slot : Slot.values()) {
            Optional<Release> release = in(slot);
            if (release.isPresent()) all = all.with(slot.toString(), release.get().toJson());
        }
        return unknown.withAll(
                JsonObject.of("type", "history").with("format", FORMAT).with("slots", all));
    }

    Optional<Release> in(Slot slot) {
        return Optional.ofNullable(slots.get(slot));
    }

    History with(Slot slot, Release release) {
        var more = new EnumMap<Slot, Release>(Slot.class);
        more.putAll(slots);
        more.put(slot, release);
        return new History(more, unknown);
    }

    History without(Slot slot) {
        var fewer = new EnumMap<Slot, Release>(Slot.class);
        fewer.putAll(slots);
        fewer.remove(slot);
        return new History(fewer, unknown);
    }
}
