// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.trust;

import dev.evenkeel.core.MalformedInput;
import dev.evenkeel.core.json.JsonObject;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Who may sign offline bundles, and for how many days at most one is valid: a stick travels longer
/// than a timestamp lives. It stands beside the roles of TUF, because a foreign client refuses a
/// role that it does not know, and keeps a member that it does not know.
///
/// @param validDays the longest validity that a bundle may claim
record Courier(RoleKeys keys, int validDays) {
    static final int DEFAULT_VALID_DAYS = 90;
    private static final int MOST_VALID_DAYS = 1100;
    private static final String MEMBER = "courier";

    Courier {
        if (validDays < 1 || validDays > MOST_VALID_DAYS) {
            throw new MalformedInput(
                    "a courier's bundles are valid for 1 to "
                            + MOST_VALID_DAYS
                            + " days, not "
                            + validDays);
        }
    }

    static @Nullable Courier read(JsonObject ours, Map<String, PublicKey> known) {
        Optional<JsonObject> json = ours.optionalObject(MEMBER);
        if (json.isEmpty()) return null;
        return new Courier(RoleKeys.read(json.get(), known), json.get().smallInteger("valid_days"));
    }

    Header in(Header header) {
        JsonObject courier = keys.toJson().with("valid_days", validDays);
        JsonObject ours = header.ours().without(Set.of(MEMBER)).with(MEMBER, courier);
        return new Header(header.version(), header.expires(), header.fleet(), ours);
    }
}
