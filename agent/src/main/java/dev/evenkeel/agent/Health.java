// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.agent;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What the health checks of this boot said, and for how long they have been green.
final class Health {
    /// A boot whose checks say nothing for so long is reported all the same.
    static final Duration PATIENCE = Duration.ofMinutes(15);

    /// @param reason of a red verdict, in plain words
    record Verdict(boolean isGreen, String reason) {}

    private final Device device;
    private final Clock clock;
    private final Duration started;
    private @Nullable Duration greenSince;

    Health(Device device, Clock clock) {
        this.device = device;
        this.clock = clock;
        this.started = clock.elapsed();
    }

    /// The verdict so far; empty while the checks run.
    Optional<Verdict> verdict() {
        Map<String, String> facts = device.facts("health");
        String said = facts.getOrDefault("verdict", "");
        boolean isGreen = said.equals("green");
        if (!isGreen) greenSince = null;
        else if (greenSince == null) greenSince = clock.elapsed();
        if (isGreen) return Optional.of(new Verdict(true, ""));
        return said.equals("red") ? Optional.of(new Verdict(false, why(facts))) : Optional.empty();
    }

    /// The verdict for the report of an ordinary boot: checks that never end are red.
    Optional<Verdict> verdictInTheEnd() {
        boolean isLate = clock.elapsed().minus(started).compareTo(PATIENCE) > 0;
        return verdict()
                .or(() ->
                        isLate
                                ? Optional.of(
                                        new Verdict(false, "the health checks never finished"))
                                : Optional.empty());
    }

    boolean isStableFor(Duration time) {
        return greenSince != null && clock.elapsed().minus(greenSince).compareTo(time) >= 0;
    }

    private static String why(Map<String, String> facts) {
        return "required check "
                + facts.getOrDefault("failed", "(unknown)")
                + " failed: "
                + facts.getOrDefault("reason", "no reason given");
    }
}
