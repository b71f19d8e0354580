package dev.evenkeel.testkit.prove;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;

/// What a proof counted so far. Several threads add to it.
final class Tally {
    /// Distinct states, over all scenarios.
    final LongSet states = new LongSet();

    /// States whose further way was run to its rest.
    final LongAdder explored = new LongAdder();

    /// Cuts looked at, those that led to a known state included.
    final LongAdder cuts = new LongAdder();

    /// Instants at which the power was cut.
    final LongAdder points = new LongAdder();

    /// Of them, those with more unflushed units than all subsets are tried of.
    final LongAdder sampledPoints = new LongAdder();

    final LongAdder powerOns = new LongAdder();
    final LongAdder faults = new LongAdder();
    private final List<Failure> failures = new ArrayList<>();
    private int worstBoots;
    private int worstUnits;

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

    synchronized void units(int units) {
        worstUnits = Math.max(worstUnits, units);
    }

    synchronized int worstUnits() {
        return worstUnits;
    }
}
