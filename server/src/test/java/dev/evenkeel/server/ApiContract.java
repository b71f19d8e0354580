// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.evenkeel.core.json.Json;
import dev.evenkeel.core.json.JsonArray;
import dev.evenkeel.core.json.JsonFlag;
import dev.evenkeel.core.json.JsonObject;
import dev.evenkeel.core.json.JsonText;
import dev.evenkeel.core.json.StrictJson;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/// The operator API as its OpenAPI document promises it. Answers are held against the document's
/// schemas, and strictly: a member that the document does not name is as wrong as one that is
/// missing, because nobody could rely on it.
final class ApiContract {
    static final ApiContract PUBLISHED = new ApiContract();

    private static final int DOCUMENT_BYTES = 1 << 20;

    private final JsonObject document = read();
    private final SchemaRegistry schemas =
            SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);
    private final Map<JsonObject, Schema> compiled = new ConcurrentHashMap<>();

    private static JsonObject read() {
        try (InputStream in = ApiContract.class.getResourceAsStream("openapi.json")) {
            return StrictJson.parseObject(in.readAllBytes(), DOCUMENT_BYTES);
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    JsonObject document() {
        return document;
    }

    /// The described operations by `GET /api/v1/devices/{device}`.
    Map<String, JsonObject> operations() {
        var operations = new TreeMap<String, JsonObject>();
        JsonObject paths = document.object("paths");
        for (String path : paths.members().keySet()) {
            JsonObject methods = paths.object(path);
            for (String method : methods.members().keySet()) {
                operations.put(
                        method.toUpperCase(Locale.ROOT) + " " + path, methods.object(method));
            }
        }
        return operations;
    }

    /// Throws unless the answer to `method path` is one that the document describes. What the
    /// document does not know is none of its business.
    void check(String method, String path, HttpResponse<byte[]> response) {
        find(method, path.replaceFirst("\\?.*", ""))
                .ifPresent(operation -> check(operation, response));
    }

    void check(JsonObject operation, HttpResponse<byte[]> response) {
        String what = operation.text("operationId") + " answered " + response.statusCode();
        JsonObject answers = operation.object("responses");
        String status = Integer.toString(response.statusCode());
        if (response.statusCode() < 400) {
            assertThat(answers.members()).as(what).containsKey(status);
        }
        JsonObject answer = answers.object(answers.has(status) ? status : "default");
        if (!answer.has("content")) {
            assertThat(response.body()).as(what).isEmpty();
            return;
        }
        JsonObject contents = answer.object("content");
        String type = response.headers().firstValue("Content-Type").orElse("none");
        assertThat(contents.members()).as(what).containsKey(type);
        if (!type.endsWith("json")) return;
        String body = new String(response.body(), UTF_8);
        assertThat(
                        schema(contents.object(type).object("schema"))
                                .validate(
                                        body,
                                        InputFormat.JSON,
                                        run ->
                                                run.executionConfig(
                                                        c -> c.formatAssertionsEnabled(true))))
                .as("%s: %s", what, body)
                .isEmpty();
    }

    private Optional<JsonObject> find(String method, String path) {
        for (Map.Entry<String, JsonObject> entry : operations().entrySet()) {
            String[] described = entry.getKey().split(" ", 2);
            boolean fits =
                    described[0].equals(method)
                            && Route.get(described[1], Access.OPERATOR, _ -> Answer.noContent())
                                    .match(path)
                                    .isPresent();
            if (fits) return Optional.of(entry.getValue());
        }
        return Optional.empty();
    }

    /// With the named schemas beside it, where its references look for them.
    private Schema schema(JsonObject schema) {
        return compiled.computeIfAbsent(
                schema,
                one ->
                        schemas.getSchema(
                                closed(one.with("components", document.object("components")))
                                        .toString(),
                                InputFormat.JSON));
    }

    private static Json closed(Json json) {
        return switch (json) {
            case JsonObject object -> closed(object);
            case JsonArray array ->
                    new JsonArray(array.items().stream().map(ApiContract::closed).toList());
            default -> json;
        };
    }

    private static JsonObject closed(JsonObject object) {
        var members = new HashMap<String, Json>();
        object.members().forEach((name, value) -> members.put(name, closed(value)));
        boolean isOpen =
                object.member("type").filter(new JsonText("object")::equals).isPresent()
                        && object.has("properties")
                        && !object.has("additionalProperties");
        if (isOpen) members.put("additionalProperties", new JsonFlag(false));
        return new JsonObject(members);
    }
}
