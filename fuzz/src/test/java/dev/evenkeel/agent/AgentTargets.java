// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.agent;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.evenkeel.boot.Region;
import dev.evenkeel.core.MalformedInput;
import dev.evenkeel.core.json.JsonObject;
import dev.evenkeel.core.json.StrictJson;
import dev.evenkeel.fuzz.Target;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/// The agent's own records, and what it reads of a slot and of an answer that is an error.
public final class AgentTargets {
    private static final String GOLDEN = "../agent/src/test/resources/golden/";
    private static final List<String> STAGES =
            List.of(
                    "idle",
                    "planned",
                    "writing",
                    "verifying",
                    "armed",
                    "rebooting",
                    "trial",
                    "healthy",
                    "unhealthy",
                    "committed",
                    "rolled-back",
                    "failed");

    private AgentTargets() {}

    public static List<Target> all() {
        var targets = new ArrayList<Target>();
        targets.add(
                record(Region.JOURNAL, json -> Journal.read(json).toJson())
                        .from(
                                STAGES.stream()
                                        .map(stage -> GOLDEN + "journal-" + stage + "-v1.json")
                                        .toArray(String[]::new)));
        targets.add(golden(Region.LEDGER, json -> Ledger.read(json).toJson()));
        targets.add(golden(Region.HISTORY, json -> History.read(json).toJson()));
        targets.add(
                record(Region.CLOCK, json -> ClockRecord.read(json).toJson())
                        .from(GOLDEN + "clock-v1.json", GOLDEN + "clock-signed-v1.json"));
        targets.add(golden(Region.RESTARTS, json -> Restarts.read(json).toJson()));
        targets.add(golden(Region.REPORTS, json -> ReportQueue.read(json).toJson()));
        targets.add(golden(Region.IDENTITY, json -> Identity.read(json).toJson()));
        targets.add(
                Target.of(
                        "status",
                        bytes ->
                                Optional.of(
                                        StatusFile.Live.read(bytes).toJson().toCanonicalBytes()),
                        MalformedInput.class));
        targets.add(
                Target.of(
                        "release-file",
                        bytes -> {
                            RunningRelease.read(bytes, Instant.EPOCH);
                            return Optional.empty();
                        },
                        MalformedInput.class));
        targets.add(
                Target.of(
                        "problem",
                        bytes -> {
                            HttpsServer.detail(bytes);
                            HttpsServer.retryAfter(new String(bytes, UTF_8));
                            return Optional.empty();
                        }));
        return targets;
    }

    private static Target golden(Region region, Function<JsonObject, JsonObject> again) {
        return record(region, again).from(GOLDEN + name(region) + "-v1.json");
    }

    private static Target record(Region region, Function<JsonObject, JsonObject> again) {
        return Target.of(
                name(region),
                bytes ->
                        Optional.of(
                                again.apply(StrictJson.parseObject(bytes, region.capacityBytes()))
                                        .toCanonicalBytes()),
                MalformedInput.class);
    }

    private static String name(Region region) {
        return region.name().toLowerCase(Locale.ROOT);
    }
}
