// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.agent;

import dev.evenkeel.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/// One fact that the device's trust rests on, and how it stands.
///
/// @param ends when it stops being good by itself, where it does
record Finding(Level level, String subject, String text, Optional<Instant> ends) {
    /// From when on an end is told as a warning.
    static final Duration SOON = Duration.ofDays(30);

    enum Level {
        OK,
        WARNING,
        FAULT;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    static Finding ok(String subject, String text) {
        return new Finding(Level.OK, subject, text, Optional.empty());
    }

    static Finding warning(String subject, String text) {
        return new Finding(Level.WARNING, subject, text, Optional.empty());
    }

    static Finding fault(String subject, String text) {
        return new Finding(Level.FAULT, subject, text, Optional.empty());
    }

    /// @param ended what it means when it is over
    static Finding until(String subject, String text, Instant ends, Instant now, String ended) {
        boolean isOver = !now.isBefore(ends);
        boolean isSoon = !now.isBefore(ends.minus(SOON));
        return new Finding(
                isOver || isSoon ? Level.WARNING : Level.OK,
                subject,
                text
                        + (isOver ? "; over since " : "; good until ")
                        + ends
                        + (isOver ? ": " + ended : ""),
                Optional.of(ends));
    }

    JsonObject toJson() {
        JsonObject json =
                JsonObject.of("subject", subject)
                        .with("level", level.toString())
                        .with("text", text);
        return ends.isPresent() ? json.with("ends", ends.get().toString()) : json;
    }
}
