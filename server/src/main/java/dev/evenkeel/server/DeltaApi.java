// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.server;

import dev.evenkeel.core.json.Json;
import dev.evenkeel.core.json.JsonArray;
import dev.evenkeel.core.json.JsonObject;
import dev.evenkeel.server.delta.DeltaQueue;
import dev.evenkeel.server.delta.DeltaState;
import dev.evenkeel.server.delta.DeltaStep;
import java.util.ArrayList;
import java.util.List;

/// What the server does about deltas, for operators.
final class DeltaApi {
    private final DeltaQueue queue;

    DeltaApi(DeltaQueue queue) {
        this.queue = queue;
    }

    List<Route> routes() {
        return List.of(Route.get("/api/v1/deltas", Access.OPERATOR, this::deltas));
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
