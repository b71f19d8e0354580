// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.testkit.prove;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;

/// What a proof found, also when it was stopped early.
///
/// @param failures the shortest first
/// @param trace of the first failure, line by line; empty when all holds
/// @param worstBoots the most boots that any state took to its rest
/// @param processor time of all cores that it took: the figure to compare on a shared machine
public record Proof(
        Subject subject,
        List<Phase> phases,
        List<Story> stories,
        List<Caught> knownBad,
        List<Failure> failures,
        List<String> trace,
        int worstBoots,
        Duration took,
        Duration processor) {
    /// The shortest failure is the one to look at.
    static final Comparator<Failure> SHORTEST_FIRST =
            Comparator.comparingInt(Failure::cuts)
                    .thenComparingInt(Failure::length)
                    .thenComparing(Failure::seed);

    /// A part of the work.
    ///
    /// @param isComplete whether nothing of it was left out
    public record Phase(String words, boolean isComplete, String detail) {}

    /// The counts of one scenario.
    ///
    /// @param states distinct ones that no scenario before met
    /// @param explored of them by what they mean: each was run to its rest
    /// @param cuts power cuts tried
    /// @param points instants at which the power was cut
    /// @param sampledPoints of them, those at which not every subset was tried
    public record Story(
            String name,
            String words,
            long states,
            long explored,
            long cuts,
            long points,
            long sampledPoints,
            long faults,
            long powerOns) {}

    /// A known-bad variant, and the promise by which it was caught; empty when it was not.
    public record Caught(String name, String words, String promise, String seed) {
        public boolean isCaught() {
            return !promise.isEmpty();
        }
    }

    public Proof {
        phases = List.copyOf(phases);
        stories = List.copyOf(stories);
        knownBad = List.copyOf(knownBad);
        failures = failures.stream().sorted(SHORTEST_FIRST).toList();
        trace = List.copyOf(trace);
    }

    public boolean holds() {
        return failures.isEmpty() && caught() == knownBad.size();
    }

    public long caught() {
        return knownBad.stream().filter(Caught::isCaught).count();
    }

    /// Promises that were seen broken, each once.
    public List<Promise> broken() {
        return failures.stream().map(Failure::promise).distinct().sorted().toList();
    }

    public long states() {
        return stories.stream().mapToLong(Story::states).sum();
    }

    public long explored() {
        return stories.stream().mapToLong(Story::explored).sum();
    }

    public long cuts() {
        return stories.stream().mapToLong(Story::cuts).sum();
    }

    public long points() {
        return stories.stream().mapToLong(Story::points).sum();
    }

    public long sampledPoints() {
        return stories.stream().mapToLong(Story::sampledPoints).sum();
    }

    public long faults() {
        return stories.stream().mapToLong(Story::faults).sum();
    }

    public long powerOns() {
        return stories.stream().mapToLong(Story::powerOns).sum();
    }
}
