// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.server;

import dev.evenkeel.core.json.JsonObject;
import dev.evenkeel.fleet.Fleet;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.List;

/// What the server says about itself.
final class StatusApi {
    private final Fleet fleet;
    private final ServedBytes served;
    private final TrustFacts trust;
    private final Instant startedAt;

    StatusApi(Fleet fleet, ServedBytes served, TrustFacts trust, Instant startedAt) {
        this.fleet = fleet;
        this.served = served;
        this.trust = trust;
        this.startedAt = startedAt;
    }

    List<Route> routes() {
        return List.of(
                Route.get("/health", Access.ANYBODY, _ -> Answer.json(JsonObject.of("ok", "yes"))),
                Route.get("/api/v1/status", Access.OPERATOR, this::status),
                Route.get("/api/v1/metrics", Access.OPERATOR, this::metrics),
                Route.get("/api/v1/openapi.json", Access.OPERATOR, this::openApi));
    }

    private Answer status(Request request) {
        return Answer.json(
                JsonObject.of("fleet", fleet.id().text())
                        .with("development_keys", trust.isDevelopment())
                        .with("started_at", Views.time(startedAt))
                        .with("poll_seconds", fleet.options().pollSeconds())
                        .with("devices", fleet.devices().list().size())
                        .with("releases", fleet.releases().list().size())
                        .with("rollouts", fleet.rollouts().list().size()));
    }

    private Answer metrics(Request request) {
        return Answer.json(
                JsonObject.of("content_bytes_served", served.toJson())
                        .with("payload_bytes_served", served.payload()));
    }

    private Answer openApi(Request request) throws IOException {
        try (InputStream in = StatusApi.class.getResourceAsStream("openapi.json")) {
            if (in == null) throw new IllegalStateException("openapi.json is not in the jar");
            return Answer.bytes("application/json", in.readAllBytes());
        }
    }
}
