// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.server;

import dev.evenkeel.core.json.JsonObject;
import dev.evenkeel.core.json.PrettyJson;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/// What a handler answers.
record Answer(int status, Map<String, String> headers, byte[] body) {
    Answer {
        headers = Map.copyOf(headers);
    }

    static Answer json(JsonObject json) {
        return json(200, json);
    }

    static Answer json(int status, JsonObject json) {
        return new Answer(
                status,
                Map.of("Content-Type", "application/json"),
                PrettyJson.line(json).getBytes(StandardCharsets.UTF_8));
    }

    static Answer message(byte[] json) {
        return new Answer(200, Map.of("Content-Type", "application/json"), json);
    }

    static Answer bytes(String type, byte[] bytes) {
        return new Answer(200, Map.of("Content-Type", type), bytes);
    }

    static Answer html(String html) {
        return new Answer(
                200,
                Map.of("Content-Type", "text/html; charset=utf-8"),
                html.getBytes(StandardCharsets.UTF_8));
    }

    static Answer noContent() {
        return new Answer(204, Map.of(), new byte[0]);
    }

    /// Sends the browser on with a GET.
    static Answer seeOther(String path) {
        return new Answer(303, Map.of("Location", path), new byte[0]);
    }

    Answer with(String header, String value) {
        var more = new TreeMap<>(headers);
        more.put(header, value);
        return new Answer(status, more, body);
    }
}
