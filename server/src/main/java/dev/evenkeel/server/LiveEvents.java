// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.server;

import dev.evenkeel.core.json.JsonObject;
import dev.evenkeel.fleet.Fleet;
import dev.evenkeel.fleet.FleetListener;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// Tells what changes as it changes, as server-sent events. A listener that does not keep up loses
/// events, not the server its memory: events say *what* changed, and the rest is asked for.
final class LiveEvents implements FleetListener {
    private static final long HEARTBEAT_MILLIS = 15_000;
    private static final int BUSY_SECONDS = 30;

    private final Vertx vertx;
    private final int mostListeners;
    private final Map<HttpServerResponse, Context> listeners = new ConcurrentHashMap<>();

    LiveEvents(Vertx vertx, Fleet fleet, ServerLimits limits) {
        this.vertx = vertx;
        this.mostListeners = limits.listeners();
        fleet.listen(this);
        vertx.setPeriodic(HEARTBEAT_MILLIS, _ -> send(": still here\n\n"));
    }

    List<Route> routes() {
        return List.of(Route.stream("GET", "/api/v1/events", Access.OPERATOR, this::open));
    }

    private void open(HttpServerRequest http, Request request) {
        if (listeners.size() >= mostListeners) throw Problem.busy(BUSY_SECONDS);
        HttpServerResponse response = http.response();
        Web.secure(response);
        response.setChunked(true);
        response.putHeader("Content-Type", "text/event-stream");
        response.putHeader("Cache-Control", "no-store");
        response.closeHandler(_ -> listeners.remove(response));
        response.write("retry: 2000\n\n");
        listeners.put(response, vertx.getOrCreateContext());
    }

    @Override
    public void changed(News news) {
        switch (news) {
            case News.DeviceChanged(var device) ->
                    tell("device", JsonObject.of("device", device.text()));
            case News.RolloutChanged(var rollout) ->
                    tell("rollout", JsonObject.of("rollout", rollout.text()));
            case News.ReleasePublished(var release) ->
                    tell("release", JsonObject.of("release", release.text()));
        }
    }

    private void tell(String event, JsonObject facts) {
        if (!listeners.isEmpty()) send("event: " + event + "\ndata: " + facts + "\n\n");
    }

    private void send(String text) {
        listeners.forEach((response, context) ->
                context.runOnContext(_ -> {
                    if (response.closed()) listeners.remove(response);
                    else if (!response.writeQueueFull()) response.write(text);
                }));
    }
}
