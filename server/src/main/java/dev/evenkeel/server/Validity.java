// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.server;

import dev.evenkeel.core.MalformedInput;
import dev.evenkeel.core.json.JsonObject;
import java.time.Duration;

/// How long what an operator gives holds: the member `valid_seconds`, a day when it is not told.
final class Validity {
    static final long DAY_SECONDS = 86_400;

    private Validity() {}

    static Duration of(JsonObject wanted, long mostSeconds) {
        long seconds = wanted.has("valid_seconds") ? wanted.size("valid_seconds") : DAY_SECONDS;
        if (seconds < 1 || seconds > mostSeconds) {
            throw new MalformedInput("valid_seconds: expected 1 to " + mostSeconds);
        }
        return Duration.ofSeconds(seconds);
    }
}
