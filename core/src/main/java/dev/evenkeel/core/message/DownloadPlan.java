// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.core.message;

import dev.evenkeel.core.MalformedInput;
import dev.evenkeel.core.json.JsonObject;
import java.util.Locale;

/// The way that a device chose for an update, and what it costs.
///
/// @param fetchBytes that cross the network in the whole update, those that came already included
/// @param reusedBytes raw bytes that come from what the device has
/// @param why in plain words why it takes no cheaper way; may be empty
public record DownloadPlan(
        Way way, long fetchBytes, long reusedBytes, Decision decision, String why) {
    /// How most of it comes.
    public enum Way {
        /// Nothing is fetched.
        REUSE,
        DELTA,
        CHUNKS,
        /// Nothing of what the device has is of use.
        FULL;

        static Way parse(String text) {
            for (Way way : values()) {
                if (way.toString().equals(text)) return way;
            }
            throw new MalformedInput("way of an update: '" + text + "'");
        }

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /// What becomes of it.
    public enum Decision {
        GO,
        ASK,
        WAIT,
        REFUSE;

        static Decision parse(String text) {
            for (Decision decision : values()) {
                if (decision.toString().equals(text)) return decision;
            }
            throw new MalformedInput("decision on an update: '" + text + "'");
        }

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public static DownloadPlan read(JsonObject json) {
        return new DownloadPlan(
                Way.parse(json.text("way")),
                json.size("fetch_bytes"),
                json.size("reused_bytes"),
                Decision.parse(json.text("decision")),
                json.text("why"));
    }

    public JsonObject toJson() {
        return JsonObject.of("way", way.toString())
                .with("fetch_bytes", fetchBytes)
                .with("reused_bytes", reusedBytes)
                .with("decision", decision.toString())
                .with("why", why);
    }
}
