// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.lab;

import dev.evenkeel.core.json.Json;
import dev.evenkeel.core.json.JsonArray;
import dev.evenkeel.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// What the demo has shown.
///
/// @param bytesDownloaded counted at the server
/// @param bytesNeeded by the three updates, had nothing been fetched twice
/// @param bytesByChunks the same without deltas
/// @param bytesFull the same for a device that reuses nothing
/// @param dataIntact read from the disk after the device was off
/// @param cpuSeconds of the device's QEMU
public record DemoResult(
        List<String> releases,
        String finalRelease,
        int powerCuts,
        List<Rollback> rollbacks,
        long bytesDownloaded,
        long bytesNeeded,
        long bytesByChunks,
        long bytesFull,
        boolean dataIntact,
        double cpuSeconds,
        double seconds) {
    /// A release that the device refused to keep, and why, in the server's words.
    public record Rollback(String release, String reason) {}

    public DemoResult {
        releases = List.copyOf(releases);
        rollbacks = List.copyOf(rollbacks);
    }

    /// The last line of `evenkeel demo --json`. Times are whole seconds.
    public JsonObject toJson() {
        var backs = new ArrayList<Json>();
        for (Rollback back : rollbacks) {
            backs.add(JsonObject.of("release", back.release()).with("reason", back.reason()));
        }
        return JsonObject.of("releases", JsonArray.ofTexts(releases))
                .with("final_release", finalRelease)
                .with("power_cuts", powerCuts)
                .with("rollbacks", new JsonArray(backs))
                .with("bytes_downloaded", bytesDownloaded)
                .with("bytes_needed", bytesNeeded)
                .with("bytes_by_chunks", bytesByChunks)
                .with("bytes_full", bytesFull)
                .with("data_intact", dataIntact)
                .with("cpu_seconds", Math.round(cpuSeconds))
                .with("seconds", Math.round(seconds));
    }

    /// For people.
    public String toTable() {
        var table = new StringBuilder("\n");
        row(table, "releases", String.join(", ", releases));
        row(table, "device ended on", finalRelease + ", committed");
        row(table, "power cuts survived", Integer.toString(powerCuts));
        for (Rollback back : rollbacks) {
            row(table, "rolled back", back.release() + ": " + back.reason());
        }
        row(table, "bytes downloaded", bytes(bytesDownloaded));
        row(table, "bytes needed", bytes(bytesNeeded) + " by deltas");
        row(table, "", bytes(bytesByChunks) + " by chunks alone");
        row(table, "", bytes(bytesFull) + " by full images, compressed");
        row(table, "user data", dataIntact ? "intact" : "DAMAGED");
        row(table, "device CPU", Math.round(cpuSeconds) + " s");
        row(table, "whole demo", Math.round(seconds) + " s");
        return table.toString();
    }

    private static String bytes(long count) {
        return String.format(Locale.ROOT, "%,d", count);
    }

    private static void row(StringBuilder table, String name, String value) {
        table.append(String.format(Locale.ROOT, "  %-20s %s%n", name, value));
    }
}
