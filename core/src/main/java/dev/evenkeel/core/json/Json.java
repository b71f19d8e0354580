// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.core.json;

/// A JSON value (RFC 8259) whose numbers are whole.
public sealed interface Json
        permits JsonObject, JsonArray, JsonText, JsonInteger, JsonFlag, JsonNull {
    /// What kind of value it is, for messages: `a text`, `an object`.
    default String kind() {
        return switch (this) {
            case JsonObject _ -> "an object";
            case JsonArray _ -> "an array";
            case JsonText _ -> "a text";
            case JsonInteger _ -> "a whole number";
            case JsonFlag _ -> "true or false";
            case JsonNull _ -> "null";
        };
    }
}
