// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.trust;

import dev.evenkeel.core.FleetId;
import dev.evenkeel.core.MalformedInput;
import dev.evenkeel.core.json.JsonObject;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What every signed part of TUF metadata has, with our custom member `evenkeel` that binds it to a
/// fleet; metadata of others name none.
///
/// @param ours what else stands in `evenkeel`, kept when the role is signed anew
record Header(long version, Instant expires, @Nullable FleetId fleet, JsonObject ours) {
    static final Set<String> KNOWN =
            Set.of("_type", "spec_version", "version", "expires", "evenkeel");
    private static final String HOLDERS = "holders";
    private static final String SPEC_VERSION = "1.0.31";
    private static final Pattern SPEC = Pattern.compile("1\\.[0-9]{1,4}(\\.[0-9]{1,4})?");
    private static final Pattern TIME =
            Pattern.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z");

    Header {
        if (version < 1) throw new MalformedInput("a version is at least 1, not " + version);
        expires = expires.truncatedTo(ChronoUnit.SECONDS);
    }

    Header(long version, Instant expires, @Nullable FleetId fleet) {
        this(version, expires, fleet, JsonObject.EMPTY);
    }

    static Header read(JsonObject signed, String type) {
        String found = signed.text("_type");
        if (!found.equals(type)) {
            throw new MalformedInput("expected type '" + type + "', found '" + found + "'");
        }
        if (!SPEC.matcher(signed.text("spec_version")).matches()) {
            throw new MalformedInput("written for another TUF than 1.x");
        }
        return new Header(
                signed.integer("version"),
                time(signed.text("expires")),
                signed.optionalObject("evenkeel")
                        .map(ours -> new FleetId(ours.text("fleet")))
                        .orElse(null),
                signed.optionalObject("evenkeel")
                        .orElse(JsonObject.EMPTY)
                        .without(Set.of("fleet")));
    }

    /// Who holds a key, as the signed metadata has it.
    Optional<String> holder(String keyId) {
        return ours.optionalObject(HOLDERS).flatMap(holders -> holders.optionalText(keyId));
    }

    Header withHolders(Map<String, String> names) {
        JsonObject holders = JsonObject.EMPTY;
        for (Map.Entry<String, String> name : names.entrySet()) {
            holders = holders.with(name.getKey(), name.getValue());
        }
        JsonObject rest = ours.without(Set.of(HOLDERS));
        return new Header(
                version, expires, fleet, names.isEmpty() ? rest : rest.with(HOLDERS, holders));
    }

    Map<String, String> holders() {
        var names = new TreeMap<String, String>();
        JsonObject holders = ours.optionalObject(HOLDERS).orElse(JsonObject.EMPTY);
        for (String id : holders.members().keySet()) {
            names.put(id, holders.text(id));
        }
        return names;
    }

    JsonObject toJson(String type) {
        JsonObject json = JsonObject.of("_type", type);
        if (fleet != null) json = json.with("evenkeel", ours.with("fleet", fleet.text()));
        return json.with("expires", expires.toString())
                .with("spec_version", SPEC_VERSION)
                .with("version", version);
    }

    private static Instant time(String text) {
        try {
            if (TIME.matcher(text).matches()) return Instant.parse(text);
        } catch (DateTimeException _) {
            // told below, as for a wrong shape
        }
        throw new MalformedInput("member 'expires': expected YYYY-MM-DDTHH:MM:SSZ");
    }
}
