// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.core.json;

import dev.evenkeel.core.Limits;
import dev.evenkeel.core.MalformedInput;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;

/// Reads JSON so that two readers cannot understand it differently: UTF-8, one value and nothing
/// after it, no member twice, bounded depth and size, whole numbers only.
public final class StrictJson {
    private static final JsonFactory FACTORY =
            JsonFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .streamReadConstraints(
                            StreamReadConstraints.builder()
                                    .maxNestingDepth(Limits.JSON_DEPTH)
                                    .maxNameLength(Limits.JSON_NAME_CHARS)
                                    .maxStringLength(Limits.METADATA_BYTES)
                                    .build())
                    .build();

    private StrictJson() {}

    /// The object that `bytes` hold. Throws [MalformedInput] when they hold anything else, or are
    /// more than `maxBytes`.
    public static JsonObject parseObject(byte[] bytes, int maxBytes) {
        return JsonObject.from(parse(bytes, maxBytes));
    }

    public static Json parse(byte[] bytes, int maxBytes) {
        if (bytes.length > maxBytes) {
            throw new MalformedInput(
                    "JSON of " + bytes.length + " bytes is larger than the limit of " + maxBytes);
        }
        requireUtf8(bytes);
        try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), bytes)) {
            parser.nextToken();
            Json value = value(parser);
            if (parser.nextToken() != null) {
                throw new MalformedInput(
                        "there is more after the end of the JSON value, " + place(parser));
            }
            return value;
        } catch (JacksonException wrong) {
            throw new MalformedInput("not strict JSON: " + wrong.getOriginalMessage(), wrong);
        }
    }

    /// The parser would guess UTF-16 and UTF-32 from their first bytes; a text in UTF-8 that is
    /// JSON has neither a zero nor a byte order mark there.
    private static void requireUtf8(byte[] bytes) {
        boolean marked = bytes.length > 2 && (bytes[0] & 0xFF) == 0xEF && (bytes[1] & 0xFF) == 0xBB;
        boolean wide = bytes.length > 0 && (bytes[0] & 0xFF) >= 0xFE;
        for (int i = 0; i < Math.min(4, bytes.length); i++) {
            wide |= bytes[i] == 0;
        }
        if (marked || wide) {
            throw new MalformedInput("expected UTF-8 without a byte order mark, found another");
        }
    }

    private static Json value(JsonParser parser) {
        JsonToken token = parser.currentToken();
        return switch (token) {
            case START_OBJECT -> object(parser);
            case START_ARRAY -> array(parser);
            case VALUE_STRING -> new JsonText(parser.getString());
            case VALUE_NUMBER_INT -> new JsonInteger(parser.getLongValue());
            case VALUE_TRUE -> new JsonFlag(true);
            case VALUE_FALSE -> new JsonFlag(false);
            case VALUE_NULL -> JsonNull.NULL;
            case VALUE_NUMBER_FLOAT ->
                    throw new MalformedInput(
                            "a number with a fraction or exponent, "
                                    + place(parser)
                                    + "; only whole numbers are allowed");
            case null, default ->
                    throw new MalformedInput(
                            "expected a JSON value, found the end of the input or a stray token, "
                                    + place(parser));
        };
    }

    private static JsonObject object(JsonParser parser) {
        var members = new LinkedHashMap<String, Json>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            parser.nextToken();
            members.put(name, value(parser));
        }
        return new JsonObject(members);
    }

    private static JsonArray array(JsonParser parser) {
        var items = new ArrayList<Json>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            items.add(value(parser));
        }
        return new JsonArray(items);
    }

    private static String place(JsonParser parser) {
        var at = parser.currentTokenLocation();
        return "line " + at.getLineNr() + ", column " + at.getColumnNr();
    }
}
