// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.testkit.prove;

import dev.evenkeel.agent.Log;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Walks the way of a seed again, step by step, and tells what happened.
///
/// A seed is `scenario/step/step...`: each step says how one power-on ended: `restart` by itself,
/// `17:011` by a power cut after 17 operations of which the signs tell what was kept, and `eio@17`
/// or `busy@3` with that fault in it. After the last step the device is left alone.
final class Replay {
    private static final int MOST_BOOTS = 64;

    private final World world;
    private final Scenario scenario;
    private final Sabotage sabotage;
    private final StateCheck check;
    private final boolean erases;
    private final List<String> lines = new ArrayList<>();
    private final List<Broken> broken = new ArrayList<>();
    private int cuts;
    private Excuse excuse = Excuse.NONE;

    /// What a replay saw.
    ///
    /// @param lines for people
    record Seen(List<String> lines, List<Broken> broken) {}

    private Replay(World world, Scenario scenario, Sabotage sabotage) {
        this.world = world;
        this.scenario = scenario;
        this.sabotage = sabotage;
        this.check = new StateCheck(world, scenario, sabotage);
        this.erases = scenario.has(Scenario.Habit.ERASE_BLOCKS);
    }

    static Seen of(World world, List<Scenario> scenarios, Sabotage sabotage, String seed) {
        String[] steps = seed.split("/");
        Scenario scenario =
                scenarios.stream()
                        .filter(one -> one.name().equals(steps[0]))
                        .findFirst()
                        .orElseThrow(() ->
                                new IllegalArgumentException(
                                        "no scenario '" + steps[0] + "' in seed " + seed));
        var replay = new Replay(world, scenario, sabotage);
        return replay.walk(List.of(steps).subList(1, steps.length));
    }

    private Seen walk(List<String> steps) {
        MachineState state = scenario.start();
        for (String step : steps) state = Symmetry.canonical(step(state, step), erases);
        for (int boots = 0; boots < MOST_BOOTS; boots++) {
            PowerOn.Outcome outcome = powerOn(state, Faults.NONE);
            if (outcome.end() == PowerOn.End.REST) {
                check.rested(outcome.state(), outcome, cuts, excuse.isExcused())
                        .ifPresent(this::broken);
                return new Seen(lines, broken);
            }
            if (outcome.end() == PowerOn.End.STUCK) {
                broken(new Broken(Promise.CONVERGES, outcome.why()));
                return new Seen(lines, broken);
            }
            state = Symmetry.canonical(outcome.state(), erases);
        }
        broken(new Broken(Promise.CONVERGES, "the device restarts for ever"));
        return new Seen(lines, broken);
    }

    private MachineState step(MachineState state, String step) {
        Optional<Faults> faults = Faults.parse(step);
        if (faults.isPresent()) {
            cuts++;
            excuse = excuse.and(faults.get().excuse(scenario));
            return powerOn(state, faults.get()).state();
        }
        if (step.equals("restart")) return powerOn(state, Faults.NONE).state();
        Cut cut = Cut.parse(step);
        cuts++;
        PowerOn.Outcome outcome = run(state, Faults.NONE, new ByteArrayOutputStream());
        tell(outcome, cut.operation());
        lines.add("  " + cut.words() + " [" + step + "]");
        Cuts.Crash crash =
                new Cuts(world, state, Reading.of(state, world, erases), erases)
                        .at(outcome.trace(), cut);
        check.crashed(crash.state(), outcome).ifPresent(this::broken);
        return crash.state();
    }

    private PowerOn.Outcome powerOn(MachineState state, Faults faults) {
        var out = new ByteArrayOutputStream();
        PowerOn.Outcome outcome = run(state, faults, out);
        tell(outcome, outcome.trace().size());
        out.toString(StandardCharsets.UTF_8).lines().forEach(line -> lines.add("  agent: " + line));
        if (!faults.isNone()) lines.add("  FAULT " + faults.words());
        lines.add(
                "  ends: " + outcome.end().name().toLowerCase(Locale.ROOT) + ": " + outcome.why());
        for (Broken one : outcome.broken()) {
            if (!excuse.covers(one)) broken(one);
        }
        return outcome;
    }

    private PowerOn.Outcome run(MachineState state, Faults faults, ByteArrayOutputStream out) {
        Log log = new Log(new PrintStream(out, true, StandardCharsets.UTF_8));
        return new PowerOn(world, scenario, state, sabotage, faults, log).run();
    }

    private void tell(PowerOn.Outcome outcome, int operations) {
        lines.add("POWER ON, slot " + outcome.slot());
        for (int i = 0; i < operations; i++) {
            lines.add("  " + (i + 1) + " " + outcome.trace().get(i).words());
        }
    }

    private void broken(Broken one) {
        lines.add("  BROKEN PROMISE " + one.promise().label() + ": " + one.how());
        broken.add(one);
    }
}
