// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.lab.soak;

import dev.evenkeel.core.message.Provisioning;
import dev.evenkeel.lab.soak.SoakDevice.Fleetwide;
import dev.evenkeel.testkit.SimulatedDevice;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/// Plays a whole soak: server, operator, devices and weather, and whoever watches them.
public final class Soak {
    private static final Duration SWITCH_ON_WITHIN = Duration.ofHours(4);
    private static final Duration AUDIT_EVERY = Duration.ofHours(2);

    /// At the end nothing strikes any more for so long.
    private static final Duration CALM = Duration.ofHours(4);

    private final SoakOptions options;
    private final Consumer<String> say;
    private final SharedTime time = new SharedTime();
    private final Tally tally;
    private final SoakServer server;
    private final SoakReleases releases;
    private final Operator operator;
    private final List<SoakDevice> devices = new ArrayList<>();
    private final List<Sample> samples = new ArrayList<>();
    private final Auditor auditor;
    private final Gauge gauge;
    private final Fleetwide fleet;

    /// @param say takes a line for each simulated day, and for what breaks
    public Soak(SoakOptions options, Consumer<String> say) throws IOException {
        this.options = options;
        this.say = say;
        this.tally = new Tally(say);
        this.server = new SoakServer(options, time, tally);
        this.releases = new SoakReleases(options.folder().resolve("builds"));
        this.fleet = new Fleetwide(options, time, server, releases, tally);
        this.operator = new Operator(fleet);
        this.auditor = new Auditor(fleet, operator, devices);
        this.gauge = new Gauge(devices, server, releases);
    }

    public SoakResult run() throws IOException, InterruptedException {
        long start = System.nanoTime();
        double cpuBefore = cpuSeconds();
        server.open();
        try {
            releases.publish(releases.factory(), server);
            makeDevices();
            time.add("operator", Duration.ZERO, operator);
            time.add("chores", Duration.ZERO, server::doChores);
            time.add("fate of the server", Duration.ZERO, this::strikeServer);
            time.add("auditor", Duration.ZERO, this::audit);
            time.add("days", Duration.ZERO, this::countDays);
            time.run();
        } finally {
            server.stop(true);
        }
        return new SoakResult(
                options,
                releases.all().subList(1, releases.all().size()),
                samples,
                tally,
                cpuSeconds() - cpuBefore,
                (System.nanoTime() - start) / 1e9);
    }

    private void makeDevices() throws IOException {
        var chance = new Chance(options.seed(), -2);
        for (int number = 0; number < options.devices(); number++) {
            Provisioning given = Provisioning.read(server.provision());
            var simulated =
                    new SimulatedDevice(
                            releases.built(),
                            releases.factory().built,
                            given,
                            options.seed() * 1_000_003 + number,
                            SimulatedDevice.PARTITION_BYTES);
            Duration at = chance.between(Duration.ofMinutes(1), SWITCH_ON_WITHIN);
            var device = new SoakDevice(number, fleet, simulated, at, given.token());
            devices.add(device);
            time.add("device " + number, at, device);
        }
    }

    /// Stops the server now and then, and opens it again from its disk.
    private void strikeServer(SharedTime.Turn turn) {
        var chance = new Chance(options.seed(), -3);
        while (true) {
            Duration at = time.now().plus(chance.untilNext(options.rates().serverRestarts()));
            turn.sleepUntil(at);
            if (at.compareTo(options.end()) >= 0) return;
            boolean isKilled = chance.random().nextBoolean();
            Duration down = chance.between(Duration.ofSeconds(5), Duration.ofMinutes(40));
            restart(turn, !isKilled, down);
        }
    }

    private void restart(SharedTime.Turn turn, boolean inOrder, Duration down) {
        tally.serverRestarts++;
        if (!inOrder) tally.serverKills++;
        server.stop(inOrder);
        gauge.weighWithoutServer();
        turn.sleep(down);
        try {
            server.open();
        } catch (IOException failed) {
            throw new UncheckedIOException("opening the server again", failed);
        }
    }

    private void audit(SharedTime.Turn turn) {
        while (true) {
            turn.sleep(AUDIT_EVERY);
            auditor.audit();
        }
    }

    private void countDays(SharedTime.Turn turn) {
        for (int day = 1; day <= options.days(); day++) {
            turn.sleepUntil(Duration.ofDays(day));
            measure(turn, day);
        }
        turn.sleep(CALM);
        auditor.audit();
        auditor.requireAllAtPeace();
        time.end();
    }

    private void measure(SharedTime.Turn turn, int day) {
        while (!server.isUp()) turn.sleep(Duration.ofMinutes(1));
        boolean isOuter = day == 1 || day == options.days();
        try {
            // the first and the last figure rest on a weighing of the same moment
            if (isOuter) reopen();
            Sample sample = gauge.sample(day);
            samples.add(sample);
            say.accept(words(sample));
        } catch (IOException failed) {
            throw new UncheckedIOException("measuring", failed);
        }
    }

    private void reopen() throws IOException {
        server.stop(true);
        gauge.weighWithoutServer();
        server.open();
    }

    private String words(Sample sample) {
        return String.format(
                Locale.ROOT,
                "day %d: %d releases, %,d updates, %,d rolled back, %,d power cuts, %,d link faults,"
                        + " server %.1f MB on disk and %.1f MB of heap, agent's state at most %.0f kB;"
                        + " %d broken",
                sample.day(),
                releases.all().size() - 1,
                tally.updates,
                tally.rollbacks,
                tally.powerCuts,
                tally.linkFaults(),
                sample.serverDisk() / 1e6,
                sample.serverHeap() / 1e6,
                sample.stateMost() / 1e3,
                tally.brokenTimes());
    }

    private static double cpuSeconds() {
        var machine = ManagementFactory.getOperatingSystemMXBean();
        return machine instanceof com.sun.management.OperatingSystemMXBean own
                ? own.getProcessCpuTime() / 1e9
                : 0;
    }
}
