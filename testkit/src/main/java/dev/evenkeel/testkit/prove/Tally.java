// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.testkit.prove;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;

/// What a proof counted so far. Several threads add to it.
final class Tally {
    private final LongSet all;

    /// Distinct states that this scenario was the first to meet.
    final LongAdder states = new LongAdder();

    /// States whose further way was run to its rest.
    final LongAdder explored = new LongAdder();

    /// Cuts looked at, those that led to a known state included.
    final LongAdder cuts = new LongAdder();

    /// Instants at which the power was cut.
    final LongAdder points = new LongAdder();

    /// Of them, those with more unflushed units than all subsets are tried of.
    final LongAdder sampledPoints = new LongAdder();

    final LongAdder powerOns = new LongAdder();

    /// Faults of disk and network that were put in.
    final LongAdder faults = new LongAdder();

    private final List<Failure> failures = new ArrayList<>();
    private int worstBoots;

    /// @param all distinct states of the whole proof
    Tally(LongSet all) {
        this.all = all;
    }

    /// Counts a state; whether no scenario met it before.
    boolean isNew(long identity) {
        boolean isNew = all.add(identity);
        if (isNew) states.increment();
        return isNew;
    }

    synchronized void failed(Failure failure) {
        failures.add(failure);
    }

    synchronized List<Failure> failures() {
        return List.copyOf(failures);
    }

    synchronized void boots(int boots) {
        worstBoots = Math.max(worstBoots, boots);
    }

    synchronized int worstBoots() {
        return worstBoots;
    }
}
