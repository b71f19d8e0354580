// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.server;

import dev.evenkeel.core.DeviceId;
import dev.evenkeel.core.Limits;
import dev.evenkeel.core.json.JsonObject;
import dev.evenkeel.core.json.StrictJson;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// A request whose caller was authenticated and whose body was read.
///
/// @param peer that it came from
/// @param path values of the route's `{names}`
record Request(
        Caller caller,
        Peer peer,
        Map<String, String> path,
        Map<String, String> query,
        Map<String, String> headers,
        byte[] body) {
    Request with(byte[] otherBody) {
        return new Request(caller, peer, path, query, headers, otherBody);
    }

    String path(String name) {
        String value = path.get(name);
        if (value == null) throw new IllegalStateException("the route has no {" + name + "}");
        return value;
    }

    DeviceId device() {
        return new DeviceId(path("device"));
    }

    Optional<String> query(String name) {
        return Optional.ofNullable(query.get(name));
    }

    Optional<String> header(String lowerCaseName) {
        return Optional.ofNullable(headers.get(lowerCaseName));
    }

    /// The body as JSON; an empty one is an empty object.
    JsonObject json() {
        return body.length == 0
                ? JsonObject.EMPTY
                : StrictJson.parseObject(body, Limits.MESSAGE_BYTES);
    }

    /// The fields of an HTML form.
    Map<String, String> form() {
        return pairs(new String(body, StandardCharsets.UTF_8));
    }

    /// `a=1&b=2` decoded; of a name that comes twice, the first.
    static Map<String, String> pairs(String encoded) {
        var pairs = new HashMap<String, String>();
        for (String pair : encoded.split("&", -1)) {
            int equals = pair.indexOf('=');
            if (equals <= 0) continue;
            pairs.putIfAbsent(
                    decode(pair.substring(0, equals)), decode(pair.substring(equals + 1)));
        }
        return pairs;
    }

    static String decode(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException wrong) {
            throw Problem.badRequest("the address is not encoded properly");
        }
    }
}
