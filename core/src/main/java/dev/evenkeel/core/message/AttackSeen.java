// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.core.message;

import dev.evenkeel.core.DeviceTime;
import dev.evenkeel.core.MalformedInput;
import dev.evenkeel.core.json.JsonObject;
import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;

/// An attack on the metadata or content that a device met and refused, or an accident that looks
/// like it. Told while it lasts: until what the device asks for is right again.
///
/// @param name the attack's word: `rollback`, `freeze`, `mix-and-match`, ...; a later version may
///   have more
/// @param subject the role, file or target that it is about; may be empty
/// @param facts what was expected and found, by name
/// @param at when the device saw it last
/// @param unknown members that this version does not know; kept
public record AttackSeen(
        String name,
        String subject,
        NavigableMap<String, String> facts,
        Instant at,
        JsonObject unknown) {
    private static final Set<String> KNOWN = Set.of("name", "subject", "facts", "at");
    private static final int MOST_CHARS = 200;
    private static final int MOST_FACTS = 16;

    public AttackSeen {
        facts = Collections.unmodifiableNavigableMap(new TreeMap<>(facts));
        if (name.length() > MOST_CHARS
                || subject.length() > MOST_CHARS
                || facts.size() > MOST_FACTS) {
            throw new MalformedInput("attack: a name, a subject or the facts are too long");
        }
        for (String fact : facts.values()) {
            if (fact.length() > MOST_CHARS) throw new MalformedInput("attack: a fact is too long");
        }
    }

    /// What is too long for a message is cut, and what no message holds is left out.
    public static AttackSeen of(
            String name, String subject, Map<String, String> facts, Instant at) {
        var shown = new TreeMap<String, String>();
        facts.forEach((fact, value) -> {
            if (shown.size() < MOST_FACTS) shown.put(fact, shown(value));
        });
        return new AttackSeen(name, shown(subject), shown, at, JsonObject.EMPTY);
    }

    private static String shown(String text) {
        String clean = text.replaceAll("\\p{Cntrl}", "?");
        return clean.length() <= MOST_CHARS ? clean : clean.substring(0, MOST_CHARS - 3) + "...";
    }

    static AttackSeen read(JsonObject json) {
        var facts = new TreeMap<String, String>();
        JsonObject told = json.object("facts");
        for (String name : told.members().keySet()) {
            facts.put(name, told.text(name));
        }
        return new AttackSeen(
                json.text("name"),
                json.text("subject"),
                facts,
                DeviceTime.parseInstant(json.text("at")),
                json.without(KNOWN));
    }

    JsonObject toJson() {
        JsonObject told = JsonObject.EMPTY;
        for (Map.Entry<String, String> fact : facts.entrySet()) {
            told = told.with(fact.getKey(), fact.getValue());
        }
        return unknown.withAll(
                JsonObject.of("name", name)
                        .with("subject", subject)
                        .with("facts", told)
                        .with("at", at.toString()));
    }
}
