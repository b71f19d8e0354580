// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.server;

import dev.evenkeel.core.json.Json;
import dev.evenkeel.core.json.JsonArray;
import dev.evenkeel.core.json.JsonObject;
import dev.evenkeel.fleet.Fleet;
import dev.evenkeel.server.delta.DeltaQueue;
import dev.evenkeel.server.delta.DeltaState;
import dev.evenkeel.server.delta.DeltaStep;
import dev.evenkeel.server.delta.UpdatePlan;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// What the server does about deltas, for operators.
final class DeltaApi {
    private final Fleet fleet;
    private final DeltaQueue queue;

    DeltaApi(Fleet fleet, DeltaQueue queue) {
        this.fleet = fleet;
        this.queue = queue;
    }

    List<Route> routes() {
        return List.of(
                Route.get("/api/v1/deltas", Access.OPERATOR, this::deltas),
                Route.get("/api/v1/releases/{release}/plan", Access.OPERATOR, this::plan));
    }

    /// What an update costs, whichever way it comes.
    private Answer plan(Request request) throws IOException {
        OperatorApi.Step step = OperatorApi.Step.of(fleet, request);
        UpdatePlan plan = queue.plan(step.before(), step.after());
        var images = new ArrayList<Json>();
        long bytes = 0;
        long fullBytes = 0;
        for (UpdatePlan.Image image : plan.images()) {
            var ways = new ArrayList<Json>();
            for (UpdatePlan.Cost cost : image.costs()) {
                ways.add(
                        JsonObject.of("way", cost.way().word())
                                .with("bytes", cost.bytes())
                                .with("memory_bytes", cost.memoryBytes())
                                .with("write_bytes", cost.writtenBytes()));
                if (cost.way() == UpdatePlan.Way.FULL) fullBytes += cost.bytes();
            }
            bytes += image.costs().getFirst().bytes();
            images.add(
                    JsonObject.of("kind", image.kind().toString())
                            .with("image_bytes", image.sizeBytes())
                            .with("ways", new JsonArray(ways)));
        }
        return Answer.json(
                JsonObject.of("from", step.before().version().text())
                        .with("to", step.after().version().text())
                        .with("bytes", bytes)
                        .with("full_bytes", fullBytes)
                        .with("images", new JsonArray(images)));
    }

    private Answer deltas(Request request) {
        var rows = new ArrayList<Json>();
        for (DeltaStep step : queue.steps()) {
            for (DeltaStep.Row row : step.rows()) rows.add(json(step, row));
        }
        return Answer.json(
                JsonObject.EMPTY
                        .with("enabled", queue.options().enabled())
                        .with("note", queue.note())
                        .with("memory_bytes", queue.options().memoryBytes())
                        .with("deltas", new JsonArray(rows)));
    }

    private static JsonObject json(DeltaStep step, DeltaStep.Row row) {
        JsonObject json =
                JsonObject.of("device_type", step.deviceType().text())
                        .with("from", step.from().text())
                        .with("to", step.to().text())
                        .with("kind", row.kind().toString())
                        .with("old", row.pair().old().hex())
                        .with("new", row.pair().fresh().hex())
                        .with("for_rollout", step.forRollout())
                        .with("state", row.state().word())
                        .with("chunk_bytes", row.chunkBytes())
                        .with("full_bytes", row.fullBytes());
        if (!row.state().reason().isEmpty()) json = json.with("reason", row.state().reason());
        return switch (row.state()) {
            case DeltaState.Ready(var name, long bytes, long cpuMillis) ->
                    json.with("name", name.hex()).with("bytes", bytes).with("cpu_ms", cpuMillis);
            case DeltaState.Useless(String _, long bytes, long cpuMillis) ->
                    json.with("bytes", bytes).with("cpu_ms", cpuMillis);
            case DeltaState.Failed failed -> json.with("tries", failed.tries());
            case DeltaState.Waiting _, DeltaState.Making _ -> json;
        };
    }
}
