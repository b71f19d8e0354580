// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.server;

import io.vertx.core.http.HttpServerRequest;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// One address of the server and what answers there.
///
/// @param pattern `/api/v1/devices/{device}`; a last segment `{name...}` takes the rest of the path
record Route(String method, String pattern, Access access, Work work) {
    /// How a route works.
    sealed interface Work {
        /// Reads a body of at most `bodyBytes`, then answers on a virtual thread.
        record Answers(int bodyBytes, Handler handler) implements Work {}

        /// Speaks with the connection itself, for what is too long for memory.
        record Streams(Streamer streamer) implements Work {}
    }

    @FunctionalInterface
    interface Handler {
        Answer answer(Request request) throws java.io.IOException;
    }

    /// Called on the event loop with the paused request.
    @FunctionalInterface
    interface Streamer {
        void stream(HttpServerRequest http, Request request);
    }

    static Route get(String pattern, Access access, Handler handler) {
        return new Route("GET", pattern, access, new Work.Answers(0, handler));
    }

    static Route of(String method, String pattern, Access access, int bytes, Handler handler) {
        return new Route(method, pattern, access, new Work.Answers(bytes, handler));
    }

    static Route stream(String method, String pattern, Access access, Streamer streamer) {
        return new Route(method, pattern, access, new Work.Streams(streamer));
    }

    /// The values of the pattern's names when `path` fits it.
    Optional<Map<String, String>> match(String path) {
        List<String> wanted = segments(pattern);
        List<String> found = segments(path);
        var values = new HashMap<String, String>();
        for (int i = 0; i < wanted.size(); i++) {
            String segment = wanted.get(i);
            if (segment.endsWith("...}")) {
                if (found.size() <= i) return Optional.empty();
                // the rest stays as it was sent: nothing in it is decoded, so nothing can hide in
                // it
                String rest = String.join("/", found.subList(i, found.size()));
                values.put(segment.substring(1, segment.length() - 4), rest);
                return Optional.of(values);
            }
            if (found.size() <= i) return Optional.empty();
            if (segment.startsWith("{")) {
                values.put(
                        segment.substring(1, segment.length() - 1), Request.decode(found.get(i)));
            } else if (!segment.equals(found.get(i))) {
                return Optional.empty();
            }
        }
        return found.size() == wanted.size() ? Optional.of(values) : Optional.empty();
    }

    private static List<String> segments(String path) {
        return List.of(path.substring(1).split("/", -1));
    }
}
