// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.testkit.prove;

import dev.evenkeel.testkit.prove.Proof.Caught;
import dev.evenkeel.testkit.prove.Proof.Phase;
import dev.evenkeel.testkit.prove.Proof.Story;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.function.ToIntFunction;

/// Proves the promises for one subject, as far as a budget of time goes: one cut everywhere, the
/// known-bad variants, two cuts everywhere, faults of disk and network, and then a third and a
/// fourth cut for as long as there is time. [#stop] ends it early; what was found so far counts.
public final class Prover {
    /// States between two looks at the clock.
    private static final int SLICE = 16;

    private static final int MOST_CUTS = 6;

    /// How far a proof is.
    public record Progress(String phase, long states, long cuts, long explored, int failures) {}

    private final World world;
    private final List<Scenario> scenarios;
    private final Duration budget;
    private final Consumer<Progress> progress;
    private final List<Explorer> explorers = new ArrayList<>();
    private final List<Tally> tallies = new ArrayList<>();
    private final List<Phase> phases = new ArrayList<>();
    private final List<Caught> knownBad = new ArrayList<>();
    private volatile long started = System.nanoTime();
    private Duration processorBefore = Duration.ZERO;
    private volatile boolean isStopped;
    private volatile String phase = "building the releases";

    /// @param folder for the repository while it is built
    /// @param progress told about twice a second, from one thread at a time
    public Prover(Subject subject, Duration budget, Path folder, Consumer<Progress> progress)
            throws IOException {
        this.world = World.build(subject, folder);
        this.scenarios = Scenarios.of(world);
        this.budget = budget;
        this.progress = progress;
        var all = new LongSet();
        for (Scenario scenario : scenarios) {
            var tally = new Tally(all);
            tallies.add(tally);
            explorers.add(new Explorer(world, scenario, Sabotage.NONE, tally, this::isOver));
        }
    }

    /// Ends the proof at the next state; may be called from any thread.
    public void stop() {
        isStopped = true;
    }

    /// Proves on so many threads.
    public Proof prove(int threads) throws InterruptedException {
        started = System.nanoTime();
        processorBefore = processorTime();
        try (ExecutorService workers = Executors.newFixedThreadPool(threads + 1)) {
            Future<?> telling = workers.submit(this::tell);
            cutOnce(workers);
            catchKnownBad(workers);
            cutAgain(workers, 1, "Two cuts: everywhere again while it recovers");
            fault(workers);
            cutAgain(workers, 2, "Three cuts");
            for (int cuts = 3; cuts < MOST_CUTS && !isOver(); cuts++) {
                cutAgain(workers, cuts, cuts + 1 + " cuts");
            }
            for (Explorer explorer : explorers) explorer.requireRest();
            isStopped = true;
            telling.cancel(true);
        }
        return proof();
    }

    /// Walks a seed again; what it says is for people.
    public List<String> replay(String seed) {
        return Replay.of(world, scenarios, Sabotage.NONE, seed).lines();
    }

    private void cutOnce(ExecutorService workers) throws InterruptedException {
        phase = "one cut";
        each(
                workers,
                explorer -> {
                    explorer.settle(0);
                    explorer.cut(0, Integer.MAX_VALUE);
                    explorer.settle(1);
                });
        phases.add(
                new Phase(
                        "One cut: after every write, flush and message",
                        left(one -> one.waiting(0) + one.uncut(0) + one.waiting(1)) == 0,
                        ""));
    }

    private void cutAgain(ExecutorService workers, int cuts, String words)
            throws InterruptedException {
        phase = cuts + 1 + " cuts";
        int before = left(one -> one.uncut(cuts));
        while (left(one -> one.uncut(cuts)) > 0 && !isOver()) {
            each(
                    workers,
                    explorer -> {
                        explorer.cut(cuts, SLICE);
                        explorer.settle(cuts + 1);
                    });
        }
        int after = left(one -> one.uncut(cuts));
        // when time runs out, an empty list says nothing
        boolean isComplete =
                !isOver()
                        && after == 0
                        && left(one -> one.waiting(cuts + 1)) == 0
                        && left(one -> one.forgotten(cuts)) == 0;
        phases.add(
                new Phase(
                        words,
                        isComplete,
                        String.format(
                                "%,d of %,d recoveries were cut again", before - after, before)));
    }

    private void fault(ExecutorService workers) throws InterruptedException {
        phase = "faults";
        each(
                workers,
                explorer -> {
                    explorer.fault();
                    explorer.settle(1);
                });
        phases.add(
                new Phase(
                        "A fault at every call of the disk and every message of the network, and rot in every place",
                        !isOver(),
                        ""));
    }

    private void catchKnownBad(ExecutorService workers) throws InterruptedException {
        phase = "known-bad variants";
        var tasks = new ArrayList<Callable<Caught>>();
        for (KnownBad bad : KnownBad.values()) tasks.add(() -> caught(bad));
        for (Future<Caught> one : workers.invokeAll(tasks)) knownBad.add(result(one));
    }

    private Caught caught(KnownBad bad) {
        for (Scenario scenario : scenarios) {
            if (isOver()) break;
            var tally = new Tally(new LongSet());
            var explorer =
                    new Explorer(
                            world,
                            scenario,
                            bad,
                            tally,
                            () -> isOver() || !tally.failures().isEmpty());
            explorer.settle(0);
            explorer.cut(0, Integer.MAX_VALUE);
            explorer.settle(1);
            explorer.requireRest();
            if (tally.failures().isEmpty()) continue;
            Failure first = tally.failures().getFirst();
            return new Caught(bad.name(), bad.words(), first.promise().label(), first.seed());
        }
        return new Caught(bad.name(), bad.words(), "", "");
    }

    private interface Work {
        void on(Explorer explorer);
    }

    private void each(ExecutorService workers, Work work) throws InterruptedException {
        var tasks = new ArrayList<Callable<Boolean>>();
        for (Explorer explorer : explorers) {
            tasks.add(() -> {
                work.on(explorer);
                return true;
            });
        }
        for (Future<Boolean> one : workers.invokeAll(tasks)) result(one);
    }

    private static <T> T result(Future<T> done) throws InterruptedException {
        try {
            return done.get();
        } catch (ExecutionException failed) {
            throw new IllegalStateException("the prover itself failed", failed.getCause());
        }
    }

    private int left(ToIntFunction<Explorer> count) {
        return explorers.stream().mapToInt(count).sum();
    }

    private boolean isOver() {
        return isStopped || elapsed().compareTo(budget) >= 0;
    }

    private Duration elapsed() {
        return Duration.ofNanos(System.nanoTime() - started);
    }

    private void tell() {
        try {
            while (!isStopped) {
                Thread.sleep(500);
                progress.accept(
                        new Progress(
                                phase,
                                tallies.stream().mapToLong(one -> one.states.sum()).sum(),
                                tallies.stream().mapToLong(one -> one.cuts.sum()).sum(),
                                tallies.stream().mapToLong(one -> one.explored.sum()).sum(),
                                tallies.stream().mapToInt(one -> one.failures().size()).sum()));
            }
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
    }

    private Proof proof() {
        var stories = new ArrayList<Story>();
        var failures = new ArrayList<Failure>();
        int worst = 0;
        for (int i = 0; i < scenarios.size(); i++) {
            Tally tally = tallies.get(i);
            worst = Math.max(worst, tally.worstBoots());
            failures.addAll(tally.failures());
            stories.add(story(scenarios.get(i), tally));
        }
        failures.sort(Proof.SHORTEST_FIRST);
        List<String> trace = failures.isEmpty() ? List.of() : replay(failures.getFirst().seed());
        return new Proof(
                world.subject,
                phases,
                stories,
                knownBad,
                failures,
                trace,
                worst,
                elapsed(),
                processorTime().minus(processorBefore));
    }

    /// Of this process so far; zero where the system does not tell.
    private static Duration processorTime() {
        return ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO);
    }

    private static Story story(Scenario scenario, Tally tally) {
        return new Story(
                scenario.name(),
                scenario.words(),
                tally.states.sum(),
                tally.explored.sum(),
                tally.cuts.sum(),
                tally.points.sum(),
                tally.sampledPoints.sum(),
                tally.faults.sum(),
                tally.powerOns.sum());
    }
}
