// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.testkit.prove;

import dev.evenkeel.agent.Log;
import java.io.OutputStream;
import java.io.PrintStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.function.BooleanSupplier;

/// Searches one scenario: breadth first by the number of cuts, each state once. What a device does
/// after a power-on is determined by the state, so each meaning is run to its rest once, however
/// many cuts lead there.
final class Explorer {
    private static final Log SILENT = new Log(new PrintStream(OutputStream.nullOutputStream()));
    private static final int MOST_FAILURES = 20;

    /// States for each number of cuts whose media are kept, to be cut again.
    private static final int MOST_KEPT = 4_000;

    private final World world;
    private final Scenario scenario;
    private final Sabotage sabotage;
    private final Tally tally;
    private final StateCheck check;
    private final BooleanSupplier isOver;
    private final boolean erases;
    private final Map<Long, Node> known = new HashMap<>();
    private final Set<Promise> failed = new HashSet<>();
    private final List<Deque<Node>> waiting = new ArrayList<>();
    private final List<Node> ran = new ArrayList<>();
    private final List<List<Node>> uncut = new ArrayList<>();
    private final Map<Integer, Integer> forgotten = new HashMap<>();
    private final Random random = new Random(1);
    private int failures;

    Explorer(
            World world,
            Scenario scenario,
            Sabotage sabotage,
            Tally tally,
            BooleanSupplier isOver) {
        this.world = world;
        this.scenario = scenario;
        this.sabotage = sabotage;
        this.tally = tally;
        this.isOver = isOver;
        this.check = new StateCheck(world, scenario, sabotage);
        this.erases = scenario.has(Scenario.Habit.ERASE_BLOCKS);
        MachineState start = scenario.start();
        Reading reading = Reading.of(start, world, erases);
        add(new Node(null, "", 0, reading.meaning(), start, Excuse.NONE));
    }

    Scenario scenario() {
        return scenario;
    }

    /// How many states wait that so many cuts lead to.
    int waiting(int cuts) {
        return cuts < waiting.size() ? waiting.get(cuts).size() : 0;
    }

    /// Runs every state that so many cuts lead to, to its rest.
    void settle(int cuts) {
        while (waiting(cuts) > 0 && !isOver.getAsBoolean()) settle(waiting.get(cuts).remove());
    }

    /// How many states that so many cuts lead to were not cut again yet.
    int uncut(int cuts) {
        return cuts < uncut.size() ? uncut.get(cuts).size() : 0;
    }

    /// Cuts the power-on of a number of states again, everywhere; a seed says of which.
    void cut(int cuts, int count) {
        for (int i = 0; i < count && uncut(cuts) > 0 && !isOver.getAsBoolean(); i++) {
            List<Node> all = uncut.get(cuts);
            int chosen = random.nextInt(all.size());
            Node node = all.set(chosen, all.getLast());
            all.removeLast();
            cutEverywhere(node);
        }
    }

    /// Puts every fault into every power-on that happens without a cut.
    void fault() {
        for (Node node : List.copyOf(ran)) {
            if (node.cuts > 0) return;
            MachineState state = Objects.requireNonNull(node.state);
            for (Faults faults : Faults.of(scenario, state, run(node, state, Faults.NONE, ""))) {
                if (isOver.getAsBoolean()) return;
                tally.faults.increment();
                follow(node, run(node, state, faults, faults.words()), faults);
            }
        }
    }

    private Excuse excuse(Node node, Faults faults) {
        return node.excuse.and(faults.excuse(scenario));
    }

    private void follow(Node node, PowerOn.Outcome outcome, Faults faults) {
        Excuse excuse = excuse(node, faults);
        String step = faults.words();
        switch (outcome.end()) {
            case STUCK -> fail(node, new Broken(Promise.CONVERGES, outcome.why()), step);
            case REST ->
                    check.rested(outcome.state(), outcome, node.cuts + 1, excuse.isExcused())
                            .ifPresent(broken -> fail(node, broken, step));
            case RESTART -> {
                MachineState after = Symmetry.canonical(outcome.state(), erases);
                long meaning = Reading.of(after, world, erases).meaning();
                if (known.containsKey(meaning)) return;
                add(new Node(node, step, node.cuts + 1, meaning, after, excuse));
            }
        }
    }

    private void settle(Node node) {
        MachineState state = Objects.requireNonNull(node.state);
        PowerOn.Outcome outcome = run(node, state, Faults.NONE, "");
        tally.explored.increment();
        ran.add(node);
        follow(node, outcome);
        keep(node);
    }

    /// Remembers a state to be cut again, as far as memory goes: beyond, a seeded sample.
    private void keep(Node node) {
        while (uncut.size() <= node.cuts) uncut.add(new ArrayList<>());
        List<Node> all = uncut.get(node.cuts);
        if (node.cuts < 2 || all.size() < MOST_KEPT) {
            all.add(node);
            return;
        }
        int chosen = random.nextInt(MOST_KEPT * 2);
        Node dropped = chosen < MOST_KEPT ? all.set(chosen, node) : node;
        dropped.state = null;
        forgotten.merge(node.cuts, 1, Integer::sum);
    }

    /// How many states that so many cuts lead to will never be cut again, for want of memory.
    int forgotten(int cuts) {
        return forgotten.getOrDefault(cuts, 0);
    }

    private PowerOn.Outcome run(Node node, MachineState state, Faults faults, String step) {
        tally.powerOns.increment();
        var outcome = new PowerOn(world, scenario, state, sabotage, faults, SILENT).run();
        for (Broken broken : outcome.broken()) {
            // journal and ledger both lost to the flash: bytes may be paid twice
            boolean isPaidTwice =
                    erases && node.cuts >= 2 && broken.promise() == Promise.FETCHED_ONCE;
            boolean isExcused = excuse(node, faults).covers(broken);
            if (!isPaidTwice && !isExcused) fail(node, broken, step);
        }
        return outcome;
    }

    /// Links a state to where its power-on led.
    private void follow(Node node, PowerOn.Outcome outcome) {
        switch (outcome.end()) {
            case STUCK -> fail(node, new Broken(Promise.CONVERGES, outcome.why()), "");
            case REST -> {
                node.next = node;
                check.rested(outcome.state(), outcome, node.cuts, node.excuse.isExcused())
                        .ifPresent(broken -> fail(node, broken, ""));
            }
            case RESTART -> {
                MachineState after = Symmetry.canonical(outcome.state(), erases);
                long meaning = Reading.of(after, world, erases).meaning();
                Node next = known.get(meaning);
                if (next == null) {
                    next = new Node(node, "restart", node.cuts, meaning, after, node.excuse);
                    add(next);
                }
                node.next = next;
            }
        }
    }

    private void cutEverywhere(Node node) {
        MachineState state = Objects.requireNonNull(node.state);
        PowerOn.Outcome outcome = run(node, state, Faults.NONE, "");
        var cuts = new Cuts(world, state, Reading.of(state, world, erases), erases);
        cuts.forEach(
                outcome.trace(),
                node.meaning,
                crash -> {
                    crashed(node, crash, outcome);
                    return !isOver.getAsBoolean();
                });
        tally.points.add(cuts.points());
        tally.sampledPoints.add(cuts.sampledPoints());
        // the power-ons without a cut are needed again, for faults
        if (node.cuts > 0) node.state = null;
    }

    private void crashed(Node node, Cuts.Crash crash, PowerOn.Outcome outcome) {
        tally.cuts.increment();
        Reading reading = crash.reading(world);
        // seen, though perhaps in another scenario
        boolean isNew = tally.isNew(reading.identity());
        if (!isNew && known.containsKey(reading.meaning())) return;
        check.crashed(crash.state(), outcome)
                .ifPresent(broken -> fail(node, broken, crash.cut().text()));
        if (known.containsKey(reading.meaning())) return;
        add(
                new Node(
                        node,
                        crash.cut().text(),
                        node.cuts + 1,
                        reading.meaning(),
                        Symmetry.canonical(crash.state(), erases),
                        node.excuse));
    }

    private void add(Node node) {
        node.state = Pages.shared(Objects.requireNonNull(node.state));
        known.put(node.meaning, node);
        while (waiting.size() <= node.cuts) waiting.add(new ArrayDeque<>());
        waiting.get(node.cuts).add(node);
    }

    /// Whether each state that ran comes to rest, and after how many boots.
    void requireRest() {
        var boots = new HashMap<Node, Integer>();
        for (Node node : ran) {
            Node at = node;
            int count = 0;
            var path = new ArrayList<Node>();
            while (at != null && !at.isAtRest() && !boots.containsKey(at) && count <= ran.size()) {
                path.add(at);
                at = at.next;
                count++;
            }
            if (at == null) continue;
            if (!at.isAtRest() && !boots.containsKey(at)) {
                fail(node, new Broken(Promise.CONVERGES, "the device restarts for ever"), "");
                return;
            }
            int rest = boots.getOrDefault(at, 1);
            for (int i = path.size() - 1; i >= 0; i--) boots.put(path.get(i), ++rest);
            tally.boots(rest);
        }
    }

    private void fail(Node node, Broken broken, String last) {
        if (!failed.add(broken.promise()) && ++failures > MOST_FAILURES) return;
        String path = node.path();
        String seed = scenario.name();
        if (!path.isEmpty()) seed += "/" + path;
        if (!last.isEmpty()) seed += "/" + last;
        int cuts = node.cuts + (last.isEmpty() ? 0 : 1);
        tally.failed(new Failure(broken.promise(), broken.how(), seed, cuts));
    }
}
