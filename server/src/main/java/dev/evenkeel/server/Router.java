// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.server;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Finds the route of a request and admits its caller.
final class Router {
    private final Guard guard;
    private final List<Route> routes;

    /// A request whose caller may make it; its body has still to be read.
    record Admitted(Route route, Request request) {}

    /// What arrived, before anybody looked at it.
    ///
    /// @param peer that it came from
    record Arrival(
            String method,
            String path,
            Peer peer,
            Map<String, String> query,
            Map<String, String> headers) {}

    Router(Guard guard, List<Route> routes) {
        this.guard = guard;
        this.routes = List.copyOf(routes);
    }

    List<Route> routes() {
        return routes;
    }

    /// Throws the [Problem] to answer where there is no such route, or the caller may not.
    Admitted admit(Arrival arrival) {
        if (!arrival.path().startsWith("/")) throw Problem.badRequest("the address has no path");
        String method = arrival.method().equals("HEAD") ? "GET" : arrival.method();
        var allowed = new ArrayList<String>();
        for (Route route : routes) {
            Optional<Map<String, String>> values = route.match(arrival.path());
            if (values.isEmpty()) continue;
            if (!route.method().equals(method)) {
                allowed.add(route.method());
                continue;
            }
            Caller caller =
                    guard.admit(route, method, arrival.peer(), values.get(), arrival.headers());
            return new Admitted(
                    route,
                    new Request(
                            caller,
                            arrival.peer(),
                            values.get(),
                            arrival.query(),
                            arrival.headers(),
                            new byte[0]));
        }
        if (allowed.isEmpty()) throw Problem.notFound("nothing is here");
        throw Problem.methodNotAllowed(String.join(", ", allowed));
    }
}
