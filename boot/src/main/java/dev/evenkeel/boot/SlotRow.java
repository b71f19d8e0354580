// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.boot;

import java.util.List;
import java.util.Set;

/// One row of the decision table: when the record that was found is like this, these steps make of
/// it, in order, the record that is written and booted from.
///
/// @param name unique in its table, for messages
/// @param attempts that the first slot has left
/// @param other whether a fallback may leave the first slot
public record SlotRow(String name, Attempts attempts, OtherSlot other, List<BootStep> steps) {
    public enum Attempts {
        SOME("1 to " + BootRecord.MOST_ATTEMPTS),
        NONE("none"),
        ANY("any");

        private final String words;

        Attempts(String words) {
            this.words = words;
        }

        boolean covers(boolean hasSome) {
            return this == ANY || (this == SOME) == hasSome;
        }
    }

    public enum OtherSlot {
        ALLOWED("allowed"),
        FORBIDDEN("forbidden"),
        ANY("any");

        private final String words;

        OtherSlot(String words) {
            this.words = words;
        }

        boolean covers(boolean isAllowed) {
            return this == ANY || (this == ALLOWED) == isAllowed;
        }
    }

    public SlotRow {
        steps = List.copyOf(steps);
        int takes = steps.indexOf(BootStep.TAKE_ATTEMPT);
        boolean isTwice = Set.copyOf(steps).size() < steps.size();
        if (isTwice || (takes >= 0 && takes != steps.size() - 1)) {
            throw new IllegalArgumentException(
                    "row "
                            + name
                            + ": each step once, and the attempt is taken last, not "
                            + steps);
        }
    }

    /// The same row without one of its steps, or with its steps in another order.
    public SlotRow withSteps(BootStep... others) {
        return new SlotRow(name, attempts, other, List.of(others));
    }

    boolean covers(boolean hasAttempts, boolean otherAllowed) {
        return attempts.covers(hasAttempts) && other.covers(otherAllowed);
    }

    BootRecord apply(BootRecord found) {
        BootRecord record = found;
        for (BootStep step : steps) record = step.apply(record);
        return record;
    }

    /// What its steps do, for readers.
    String effect() {
        if (steps.isEmpty()) return "nothing";
        return String.join("; ", steps.stream().map(BootStep::words).toList());
    }

    /// As a row of a Markdown table.
    public String words() {
        return String.format("| %s | %s | %s | %s |", name, attempts.words, other.words, effect());
    }
}
