// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.testkit.prove;

import org.jspecify.annotations.Nullable;

/// A state in which the power comes on, and how it was reached with the fewest cuts.
final class Node {
    final @Nullable Node parent;

    /// How the power-on of the parent ended: a [Cut], a fault, or `restart`.
    final String step;

    final int cuts;
    final long meaning;

    /// What the medium did on the way.
    final Excuse excuse;

    /// Null once nothing starts from it any more, to give its memory back.
    @Nullable MachineState state;

    /// Where its power-on led by itself; null as long as it did not run, itself where it rests.
    @Nullable Node next;

    Node(
            @Nullable Node parent,
            String step,
            int cuts,
            long meaning,
            MachineState state,
            Excuse excuse) {
        this.excuse = excuse;
        this.parent = parent;
        this.step = step;
        this.cuts = cuts;
        this.meaning = meaning;
        this.state = state;
    }

    boolean isAtRest() {
        return next == this;
    }

    /// The way from the start, as it stands in a seed; empty for the start itself.
    String path() {
        Node from = parent;
        if (from == null) return "";
        String before = from.path();
        return before.isEmpty() ? step : before + "/" + step;
    }
}
