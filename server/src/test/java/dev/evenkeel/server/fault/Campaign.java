// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.server.fault;

import dev.evenkeel.core.RolloutId;
import java.util.Set;

/// A rollout as its operator knows it.
///
/// @param states in which it may be: one when the last change was acknowledged or refused, several
///   while the answer is awaited or after it was lost
/// @param changes that were begun; tells whether it stood still for a while
/// @param owner the one operator who changes it
record Campaign(
        RolloutId id,
        Publication release,
        String group,
        Set<String> states,
        long changes,
        String owner) {
    Campaign {
        states = Set.copyOf(states);
    }

    long number() {
        return Long.parseLong(id.text().substring("r-".length()));
    }

    Campaign in(Set<String> next) {
        return new Campaign(id, release, group, next, changes + 1, owner);
    }

    boolean is(String state) {
        return states.equals(Set.of(state));
    }

    boolean mayRun() {
        return states.contains("running");
    }
}
