// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.fleet;

import dev.evenkeel.core.Channel;
import dev.evenkeel.core.DeviceType;
import dev.evenkeel.core.MalformedInput;
import dev.evenkeel.core.RolloutId;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/// A campaign that brings one release to one group.
///
/// @param number grows with every rollout of the fleet; the newest wins
/// @param least the weakest evidence that counts as success
/// @param budget what each of its updates may fetch
/// @param note why it was halted, resumed or aborted; may be empty
public record Rollout(
        RolloutId id,
        long number,
        ReleaseName release,
        DeviceType deviceType,
        Channel channel,
        GroupName group,
        State state,
        Evidence least,
        Optional<Budget> budget,
        String note,
        Instant startedAt,
        Instant changedAt) {
    /// Whether it assigns its release.
    public enum State {
        RUNNING,
        HALTED,
        ABORTED;

        public static State parse(String text) {
            for (State state : values()) {
                if (state.toString().equals(text)) return state;
            }
            throw new MalformedInput("not a state of a rollout: '" + text + "'");
        }

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    static RolloutId idOf(long number) {
        return new RolloutId("r-" + number);
    }

    Rollout in(State next, String why, Instant now) {
        return new Rollout(
                id,
                number,
                release,
                deviceType,
                channel,
                group,
                next,
                least,
                budget,
                why,
                startedAt,
                now);
    }
}
