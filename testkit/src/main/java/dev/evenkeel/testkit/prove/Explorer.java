package dev.evenkeel.testkit.prove;

import dev.evenkeel.agent.Log;
import dev.evenkeel.testkit.prove.PowerOn.End;
import java.io.OutputStream;
import java.io.PrintStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;

/// Searches one scenario: breadth first by the number of cuts, each state once. What a device does
/// after a power-on is determined by the state, so each meaning is run to its rest once, however
/// many cuts lead there.
final class Explorer {
    private static final Log SILENT = new Log(new PrintStream(OutputStream.nullOutputStream()));
    private static final int MOST_FAILURES = 20;

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
    private int failures;

    Explorer(
            World world, Scenario scenario, Sabotage sabotage, Tally tally, BooleanSupplier isOver) {
        this.world = world;
        this.scenario = scenario;
        this.sabotage = sabotage;
        this.tally = tally;
        this.isOver = isOver;
        this.check = new StateCheck(world, scenario, sabotage);
        this.erases = scenario.has(Scenario.Habit.ERASE_BLOCKS);
        MachineState start = scenario.start();
        Reading reading = Reading.of(start, world, erases);
        add(new Node(null, "", 0, reading.meaning(), start));
    }

    Scenario scenario() {
        return scenario;
    }

    /// Whether all states with so many cuts were run.
    boolean isDone(int cuts) {
        return cuts >= waiting.size() || waiting.get(cuts).isEmpty();
    }

    /// Runs every state that so many cuts lead to, and cuts it again everywhere.
    void explore(int cuts) {
        while (!isDone(cuts) && !isOver.getAsBoolean()) explore(waiting.get(cuts).remove(), true);
    }

    /// Runs every state that so many cuts lead to, to its rest.
    void settle(int cuts) {
        while (!isDone(cuts) && !isOver.getAsBoolean()) explore(waiting.get(cuts).remove(), false);
    }

    private void explore(Node node, boolean isCut) {
        MachineState state = java.util.Objects.requireNonNull(node.state);
        Reading reading = Reading.of(state, world, erases);
        PowerOn.Outcome outcome = run(node, state, Faults.NONE);
        follow(node, outcome);
        if (isCut) cutEverywhere(node, state, reading, outcome);
        node.state = null;
    }

    PowerOn.Outcome run(Node node, MachineState state, Faults faults) {
        tally.powerOns.increment();
        var outcome = new PowerOn(world, scenario, state, sabotage, faults, SILENT).run();
        for (Broken broken : outcome.broken()) fail(node, broken, "");
        return outcome;
    }

    /// Links a state to where its power-on led.
    private void follow(Node node, PowerOn.Outcome outcome) {
        tally.explored.increment();
        ran.add(node);
        switch (outcome.end()) {
            case STUCK -> fail(node, new Broken(Promise.CONVERGES, outcome.why()), "");
            case REST -> {
                node.next = node;
                check.rested(outcome.state(), outcome, node.cuts)
                        .ifPresent(broken -> fail(node, broken, ""));
            }
            case RESTART -> {
                MachineState after = canonical(outcome.state());
                long meaning = Reading.of(after, world, erases).meaning();
                Node next = known.get(meaning);
                if (next == null) {
                    next = new Node(node, "restart", node.cuts, meaning, after);
                    add(next);
                }
                node.next = next;
            }
        }
    }

    private void cutEverywhere(
            Node node, MachineState state, Reading reading, PowerOn.Outcome outcome) {
        var cuts = new Cuts(world, state, reading, erases);
        cuts.forEach(
                outcome.trace(),
                node.meaning,
                crash -> {
                    crashed(node, crash, outcome);
                    return !isOver.getAsBoolean();
                });
        tally.points.add(cuts.points());
        tally.sampledPoints.add(cuts.sampledPoints());
    }

    private void crashed(Node node, Cuts.Crash crash, PowerOn.Outcome outcome) {
        tally.cuts.increment();
        Reading reading = crash.reading(world);
        if (!tally.states.add(reading.identity())) {
            // seen, though perhaps in another scenario
            if (known.containsKey(reading.meaning())) return;
        }
        check.crashed(crash.state(), outcome)
                .ifPresent(broken -> fail(node, broken, crash.cut().text()));
        if (known.containsKey(reading.meaning())) return;
        add(
                new Node(
                        node,
                        crash.cut().text(),
                        node.cuts + 1,
                        reading.meaning(),
                        canonical(crash.state())));
    }

    private void add(Node node) {
        known.put(node.meaning, node);
        while (waiting.size() <= node.cuts) waiting.add(new ArrayDeque<>());
        waiting.get(node.cuts).add(node);
    }

    private MachineState canonical(MachineState state) {
        return Symmetry.canonical(state, erases);
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
