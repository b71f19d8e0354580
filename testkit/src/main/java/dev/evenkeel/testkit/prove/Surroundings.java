// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.testkit.prove;

import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/// What is remembered outside of the device: a power cut does not touch it. Immutable.
///
/// @param told `outcome release` of each report that the server has and that settled an update
/// @param counters of the reports that the server has, to know a repeated one
/// @param happened events that happen once: an operator's wish, a write that the medium lost
record Surroundings(SortedSet<String> told, SortedSet<Long> counters, SortedSet<String> happened) {
    static final Surroundings NONE =
            new Surroundings(new TreeSet<>(), new TreeSet<>(), new TreeSet<>());

    Surroundings told(String outcome, long counter) {
        return new Surroundings(
                outcome.isEmpty() ? told : and(told, outcome), and(counters, counter), happened);
    }

    Surroundings happened(String event) {
        return new Surroundings(told, counters, and(happened, event));
    }

    boolean has(String event) {
        return happened.contains(event);
    }

    /// How many events are named like this.
    long count(String start) {
        return happened.stream().filter(event -> event.startsWith(start)).count();
    }

    /// The same with no report counter remembered: for a device that has none waiting.
    Surroundings withoutCounters() {
        return new Surroundings(told, new TreeSet<>(), happened);
    }

    private static <T> SortedSet<T> and(Set<T> all, T one) {
        var more = new TreeSet<T>(all);
        more.add(one);
        return more;
    }
}
