// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.core.json;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.evenkeel.core.MalformedInput;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// A JSON object: members in the order in which they were read or added. Immutable. The accessors
/// name the member and what was expected and found when it is not as it should be.
public record JsonObject(Map<String, Json> members) implements Json {
    public static final JsonObject EMPTY = new JsonObject(Map.of());

    public JsonObject {
        members = Collections.unmodifiableMap(new LinkedHashMap<>(members));
    }

    public static JsonObject of(String name, String text) {
        return EMPTY.with(name, text);
    }

    public static JsonObject of(String name, long number) {
        return EMPTY.with(name, number);
    }

    public static JsonObject of(String name, Json value) {
        return EMPTY.with(name, value);
    }

    /// The object that `value` has to be.
    public static JsonObject from(Json value) {
        if (value instanceof JsonObject object) return object;
        throw new MalformedInput("expected an object, found " + value.kind());
    }

    public JsonObject with(String name, Json value) {
        var more = new LinkedHashMap<>(members);
        more.put(name, value);
        return new JsonObject(more);
    }

    public JsonObject with(String name, String text) {
        return with(name, new JsonText(text));
    }

    public JsonObject with(String name, long number) {
        return with(name, new JsonInteger(number));
    }

    public JsonObject with(String name, boolean flag) {
        return with(name, new JsonFlag(flag));
    }

    /// All members of `more` added to these; theirs win.
    public JsonObject withAll(JsonObject more) {
        var all = new LinkedHashMap<>(members);
        all.putAll(more.members);
        return new JsonObject(all);
    }

    /// What is left without the named members: the fields that this version does not know, to be
    /// kept.
    public JsonObject without(Set<String> known) {
        var rest = new LinkedHashMap<>(members);
        rest.keySet().removeAll(known);
        return new JsonObject(rest);
    }

    public boolean has(String name) {
        return members.containsKey(name);
    }

    public Optional<Json> member(String name) {
        return Optional.ofNullable(members.get(name));
    }

    public String text(String name) {
        if (required(name) instanceof JsonText(String text)) return text;
        throw wrong(name, "a text");
    }

    public Optional<String> optionalText(String name) {
        return has(name) ? Optional.of(text(name)) : Optional.empty();
    }

    public long integer(String name) {
        if (required(name) instanceof JsonInteger(long number)) return number;
        throw wrong(name, "a whole number");
    }

    public int smallInteger(String name) {
        long number = integer(name);
        if (number < 0 || number > Integer.MAX_VALUE) {
            throw new MalformedInput(
                    "member '"
                            + name
                            + "': expected 0 to "
                            + Integer.MAX_VALUE
                            + ", found "
                            + number);
        }
        return (int) number;
    }

    /// Throws unless the member `format` is one that this version reads.
    public void requireFormat(int newest) {
        int format = smallInteger("format");
        if (format > newest)
            throw new MalformedInput("format " + format + " is newer than " + newest);
    }

    /// A size, a count or an offset: a whole number from zero on.
    public long size(String name) {
        long number = integer(name);
        if (number < 0) {
            throw new MalformedInput(
                    "member '" + name + "': expected a number from 0 on, found " + number);
        }
        return number;
    }

    public boolean flag(String name) {
        if (required(name) instanceof JsonFlag(boolean flag)) return flag;
        throw wrong(name, "true or false");
    }

    public JsonObject object(String name) {
        if (required(name) instanceof JsonObject object) return object;
        throw wrong(name, "an object");
    }

    public Optional<JsonObject> optionalObject(String name) {
        return has(name) ? Optional.of(object(name)) : Optional.empty();
    }

    public JsonArray array(String name) {
        if (required(name) instanceof JsonArray array) return array;
        throw wrong(name, "an array");
    }

    /// These members as canonical JSON, in UTF-8.
    public byte[] toCanonicalBytes() {
        return CanonicalJson.write(this).getBytes(UTF_8);
    }

    /// These members as a TUF signature covers them: OLPC's canonical JSON to the byte, which is no
    /// document where a text holds a control character.
    public byte[] toSignedBytes() {
        return CanonicalJson.signedForm(this).getBytes(UTF_8);
    }

    @Override
    public String toString() {
        return CanonicalJson.write(this);
    }

    private Json required(String name) {
        Json value = members.get(name);
        if (value == null) throw new MalformedInput("member '" + name + "' is missing");
        return value;
    }

    private MalformedInput wrong(String name, String expected) {
        return new MalformedInput(
                "member '" + name + "': expected " + expected + ", found " + required(name).kind());
    }
}
