// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.agent;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.evenkeel.boot.Region;
import dev.evenkeel.content.ContentSource;
import dev.evenkeel.core.MalformedInput;
import dev.evenkeel.core.json.JsonObject;
import dev.evenkeel.core.json.StrictJson;
import dev.evenkeel.fuzz.Target;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
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

    private static final List<ContentSource.Span> ASKED =
            List.of(new ContentSource.Span(10, 5), new ContentSource.Span(30, 3));

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
                            HttpAnswer.detail(bytes);
                            HttpAnswer.retryAfter(new String(bytes, UTF_8));
                            return Optional.empty();
                        }));
        targets.add(Target.of("byte-ranges", AgentTargets::byteRanges, MalformedInput.class));
        return targets;
    }

    /// A Content-Type, the end of its line, and the body of an answer to a request for two spans:
    /// no more is handed on than was asked for.
    private static Optional<byte[]> byteRanges(byte[] bytes) {
        int end = 0;
        while (end < bytes.length && bytes[end] != '\n') end++;
        Optional<String> boundary = RangeParts.boundary(new String(bytes, 0, end, UTF_8));
        if (boundary.isEmpty()) throw new MalformedInput("an answer in one part");
        int body = Math.min(end + 1, bytes.length);
        var parts =
                new RangeParts(
                        new ByteArrayInputStream(bytes, body, bytes.length - body), boundary.get());
        try (var stream =
                new PartsStream(
                        "packs/x", parts, ASKED, _ -> InputStream.nullInputStream(), () -> {})) {
            int came = stream.readAllBytes().length;
            if (came > 8) throw new AssertionError(came + " bytes");
        } catch (IOException refused) {
            throw new MalformedInput(String.valueOf(refused.getMessage()), refused);
        }
        return Optional.empty();
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
