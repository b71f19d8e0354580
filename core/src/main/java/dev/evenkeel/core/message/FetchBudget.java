// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.core.message;

import dev.evenkeel.core.MalformedInput;
import dev.evenkeel.core.json.JsonObject;
import java.util.Locale;

/// How many bytes one update may fetch over the network, and what becomes of an update that needs
/// more.
///
/// @param source who set it, for people: `rollout r-3`, `group lte`, `this device`
public record FetchBudget(String source, long bytes, Beyond beyond) {
    private static final int MAX_SOURCE_CHARS = 100;

    /// What a device does with an update whose cheapest way costs more than the budget. The later
    /// one is the stricter one.
    public enum Beyond {
        /// It fetches all the same, and says so.
        ALLOW,
        /// It waits until somebody allows it, or a cheaper way is there.
        ASK,
        /// It waits until a cheaper way is there.
        WAIT,
        /// The update fails before its first byte.
        REFUSE;

        public static Beyond parse(String text) {
            for (Beyond beyond : values()) {
                if (beyond.toString().equals(text)) return beyond;
            }
            throw new MalformedInput(
                    "beyond a budget: expected allow, ask, wait or refuse, found '" + text + "'");
        }

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public FetchBudget {
        if (bytes < 0) throw new MalformedInput("budget: " + bytes + " bytes");
        if (source.isEmpty() || source.length() > MAX_SOURCE_CHARS) {
            throw new MalformedInput("budget: its source has " + source.length() + " characters");
        }
    }

    static FetchBudget read(JsonObject json) {
        return new FetchBudget(
                json.text("source"), json.size("bytes"), Beyond.parse(json.text("beyond")));
    }

    JsonObject toJson() {
        return JsonObject.of("source", source)
                .with("bytes", bytes)
                .with("beyond", beyond.toString());
    }
}
