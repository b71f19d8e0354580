// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.core.json;

import dev.evenkeel.core.MalformedInput;
import java.util.ArrayList;
import java.util.List;

/// A JSON array.
public record JsonArray(List<Json> items) implements Json {
    public JsonArray {
        items = List.copyOf(items);
    }

    public static JsonArray ofTexts(List<String> texts) {
        return new JsonArray(texts.stream().<Json>map(JsonText::new).toList());
    }

    public List<String> texts() {
        var texts = new ArrayList<String>();
        for (Json item : items) {
            if (!(item instanceof JsonText(String text))) {
                throw new MalformedInput(
                        "expected an array of texts, found " + item.kind() + " in it");
            }
            texts.add(text);
        }
        return texts;
    }

    public List<JsonObject> objects() {
        return items.stream().map(JsonObject::from).toList();
    }
}
