// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.lab.soak;

import dev.evenkeel.core.json.JsonArray;
import dev.evenkeel.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// What came out of a soak.
public final class SoakResult {
    private static final double MB = 1e6;

    private final SoakOptions options;
    private final List<SoakRelease> releases;
    private final List<Sample> samples;
    private final Tally tally;
    private final double cpuSeconds;
    private final double seconds;

    SoakResult(
            SoakOptions options,
            List<SoakRelease> releases,
            List<Sample> samples,
            Tally tally,
            double cpuSeconds,
            double seconds) {
        this.options = options;
        this.releases = List.copyOf(releases);
        this.samples = List.copyOf(samples);
        this.tally = tally;
        this.cpuSeconds = cpuSeconds;
        this.seconds = seconds;
    }

    /// What did not hold, with day, device and the last lines of its log; empty when all held.
    public List<String> broken() {
        return tally.broken();
    }

    /// One line for machines.
    public JsonObject toJson() {
        Sample first = samples.getFirst();
        Sample last = samples.getLast();
        return JsonObject.of("devices", options.devices())
                .with("days", options.days())
                .with("seed", options.seed())
                .with("releases", releases.size())
                .with(
                        "bad_releases",
                        releases.stream().filter(one -> !one.conduct.isGood()).count())
                .with("check_ins", tally.checkIns)
                .with("boots", tally.boots)
                .with("updates", tally.updates)
                .with("rollbacks", tally.rollbacks)
                .with("rollbacks_of_good", tally.rollbacksOfGood)
                .with("failed", tally.failures)
                .with("power_cuts", tally.powerCuts)
                .with("cuts_in_updates", tally.cutsAtOperations)
                .with("link_faults", tally.linkFaults())
                .with("absences", tally.absences)
                .with("reboots", tally.reboots)
                .with("clock_jumps", tally.clockJumps)
                .with("server_restarts", tally.serverRestarts)
                .with("server_kills", tally.serverKills)
                .with("audited", tally.auditedDevices)
                .with("payload_bytes", tally.payloadBytes)
                .with(
                        "broken",
                        JsonArray.ofTexts(
                                tally.broken().stream()
                                        .map(one -> one.replace('\n', '|'))
                                        .toList()))
                .with("broken_times", tally.brokenTimes())
                .with("server_disk_mb_first", decimal(first.serverDisk() / MB))
                .with("server_disk_mb_last", decimal(last.serverDisk() / MB))
                .with("server_heap_mb_first", decimal(first.serverHeap() / MB))
                .with("server_heap_mb_last", decimal(last.serverHeap() / MB))
                .with("agent_state_bytes_max", mostState())
                .with("cpu_seconds", Math.round(cpuSeconds))
                .with("seconds", Math.round(seconds));
    }

    private long mostState() {
        return samples.stream().mapToLong(Sample::stateMost).max().orElse(0);
    }

    /// For people: first row the heading.
    public List<List<String>> days() {
        var rows = new ArrayList<List<String>>();
        rows.add(
                List.of(
                        "DAY",
                        "DATABASE MB",
                        "REPOSITORY MB",
                        "SERVER HEAP MB",
                        "AGENT HEAP kB",
                        "AGENT STATE kB (MOST)"));
        for (Sample one : samples) {
            rows.add(
                    List.of(
                            Integer.toString(one.day()),
                            decimal(one.database() / MB),
                            decimal(one.repository() / MB),
                            decimal(one.serverHeap() / MB),
                            decimal(one.agentHeap() / 1e3),
                            decimal(one.stateMost() / 1e3)));
        }
        return rows;
    }

    /// For people: what happened, one line each.
    public List<String> words() {
        long bad = releases.stream().filter(one -> !one.conduct.isGood()).count();
        return List.of(
                String.format(
                        Locale.ROOT,
                        "%d devices lived %d days: %,d check-ins, %,d boots, %d releases (%d bad)",
                        options.devices(),
                        options.days(),
                        tally.checkIns,
                        tally.boots,
                        releases.size(),
                        bad),
                String.format(
                        Locale.ROOT,
                        "%,d updates committed, %,d rolled back (%d from a good release, after three"
                                + " cuts in its trial), %d failed",
                        tally.updates,
                        tally.rollbacks,
                        tally.rollbacksOfGood,
                        tally.failures),
                String.format(
                        Locale.ROOT,
                        "%,d power cuts (%,d aimed into updates), %,d outages, %,d requests or"
                                + " answers lost, %d absences, %,d reboots, %,d clock jumps",
                        tally.powerCuts,
                        tally.cutsAtOperations,
                        tally.outages,
                        tally.lostRequests,
                        tally.absences,
                        tally.reboots,
                        tally.clockJumps),
                String.format(
                        Locale.ROOT,
                        "the server was restarted %d times, %d of them killed",
                        tally.serverRestarts,
                        tally.serverKills),
                String.format(
                        Locale.ROOT,
                        "%,d times a device was held against the server's word; %d promises broken",
                        tally.auditedDevices,
                        tally.brokenTimes()),
                String.format(
                        Locale.ROOT, "%.0f s of processor time in %.0f s", cpuSeconds, seconds));
    }

    /// Memory and disk over the days, as SVG.
    public String picture() {
        return new SoakPicture(options, releases, samples).toSvg();
    }

    private static String decimal(double value) {
        return String.format(Locale.ROOT, "%.2f", value);
    }
}
