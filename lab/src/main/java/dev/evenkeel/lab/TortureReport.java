// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.lab;

import dev.evenkeel.core.json.Json;
import dev.evenkeel.core.json.JsonArray;
import dev.evenkeel.core.json.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.function.ToLongFunction;

/// What a torture has shown.
///
/// @param bytesNeeded by one device's update
/// @param seconds of wall time
public record TortureReport(
        String lane,
        long seed,
        long bytesNeeded,
        List<TortureResult> results,
        List<Brick> bricks,
        double seconds) {
    /// A device that stayed down, or broke a promise.
    ///
    /// @param folder with its disk, its console and the reason
    public record Brick(long seed, String why, Path folder) {}

    public TortureReport {
        results = List.copyOf(results);
        bricks = List.copyOf(bricks);
    }

    public int cuts() {
        return results.stream().mapToInt(result -> result.cuts().size()).sum();
    }

    public long cutsPerHour() {
        return Math.round(cuts() * 3600 / seconds);
    }

    /// Writes whose fate the cuts decided, by a property of the cut.
    private long writes(ToLongFunction<PowerCut> counted) {
        return results.stream()
                .flatMap(result -> result.cuts().stream())
                .mapToLong(cut -> counted.applyAsLong(cut.cut()))
                .sum();
    }

    public long lostWrites() {
        return writes(PowerCut::lostWrites);
    }

    public long tornWrites() {
        return writes(PowerCut::tornWrites);
    }

    public long reorderedWrites() {
        return writes(PowerCut::overtakingWrites);
    }

    /// Of the devices' kernels.
    public long flushes() {
        return results.stream().mapToLong(TortureResult::kernelFlushes).sum();
    }

    private long count(TortureResult.Outcome outcome) {
        return results.stream().filter(result -> result.outcome() == outcome).count();
    }

    private long bytesServed() {
        return results.stream().mapToLong(TortureResult::bytesServed).sum();
    }

    private double slowestRecovery() {
        return results.stream().mapToDouble(TortureResult::slowestRecoverySeconds).max().orElse(0);
    }

    private double cpuSeconds() {
        return results.stream().mapToDouble(TortureResult::cpuSeconds).sum();
    }

    private TreeMap<String, Integer> cutsByPlace() {
        var places = new TreeMap<String, Integer>();
        results.stream()
                .flatMap(result -> result.cuts().stream())
                .forEach(cut -> places.merge(cut.point().place(), 1, Integer::sum));
        return places;
    }

    /// The command that tortures one device again as it was tortured here.
    String replay(Brick brick) {
        return "evenkeel lab torture --lane "
                + lane
                + " --seed "
                + brick.seed()
                + " --cuts 1 --keep";
    }

    /// The last line of `evenkeel lab torture --json`. Times are seconds.
    public JsonObject toJson() {
        var broken = new ArrayList<Json>();
        for (Brick brick : bricks) {
            broken.add(
                    JsonObject.of("seed", brick.seed())
                            .with("why", brick.why())
                            .with("kept", brick.folder().toString())
                            .with("replay", replay(brick)));
        }
        JsonObject places = JsonObject.EMPTY;
        for (var place : cutsByPlace().entrySet()) {
            places = places.with(place.getKey(), place.getValue());
        }
        return JsonObject.of("lane", lane)
                .with("seed", seed)
                .with("devices", results.size())
                .with("cuts", cuts())
                .with("cuts_by_place", places)
                .with("kept_writes", writes(PowerCut::keptWrites))
                .with("torn_writes", tornWrites())
                .with("lost_writes", lostWrites())
                .with("reordered_writes", reorderedWrites())
                .with("flushes", flushes())
                .with("boots", results.stream().mapToInt(TortureResult::boots).sum())
                .with("committed", count(TortureResult.Outcome.COMMITTED))
                .with("rolled_back", count(TortureResult.Outcome.ROLLED_BACK))
                .with("bricks", new JsonArray(broken))
                .with("bytes_served", bytesServed())
                .with("bytes_needed", results.size() * bytesNeeded)
                .with("slowest_recovery_seconds", Math.round(slowestRecovery()))
                .with("cuts_per_hour", cutsPerHour())
                .with("cpu_seconds", Math.round(cpuSeconds()))
                .with("seconds", Math.round(seconds));
    }

    /// For people.
    public String toTable() {
        var table = new StringBuilder("\n");
        row(table, "power cuts", cuts() + " on " + results.size() + " devices: " + cutsByPlace());
        row(
                table,
                "unflushed writes",
                lostWrites()
                        + " lost, "
                        + tornWrites()
                        + " torn, "
                        + writes(PowerCut::keptWrites)
                        + " kept, "
                        + reorderedWrites()
                        + " of them before older ones that were lost");
        row(table, "flushes", flushes() + " from the devices' kernels");
        row(table, "committed", Long.toString(count(TortureResult.Outcome.COMMITTED)));
        row(table, "rolled back", Long.toString(count(TortureResult.Outcome.ROLLED_BACK)));
        row(table, "bricks", Integer.toString(bricks.size()));
        row(
                table,
                "payload served",
                String.format(
                        Locale.ROOT,
                        "%,d bytes; %,d would have done without cuts",
                        bytesServed(),
                        results.size() * bytesNeeded));
        row(table, "slowest recovery", Math.round(slowestRecovery()) + " s");
        row(table, "cuts per hour", Long.toString(cutsPerHour()));
        row(
                table,
                "processor time",
                String.format(Locale.ROOT, "%.1f s per cut", cpuSeconds() / Math.max(1, cuts())));
        for (Brick brick : bricks) {
            row(table, "BRICK " + brick.seed(), brick.why());
            row(table, "  kept in", brick.folder().toString());
            row(table, "  once more", replay(brick));
        }
        return table.toString();
    }

    private static void row(StringBuilder table, String name, String value) {
        table.append(String.format(Locale.ROOT, "  %-18s %s%n", name, value));
    }
}
