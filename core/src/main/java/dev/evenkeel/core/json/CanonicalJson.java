// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.core.json;

import dev.evenkeel.core.MalformedInput;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Canonical JSON as TUF uses it (OLPC's rules): members sorted by code point, no white space, only
/// quote and backslash escaped. Two writers that agree on the values agree on the bytes.
public final class CanonicalJson {
    private CanonicalJson() {}

    public static String write(Json value) {
        var out = new StringBuilder();
        append(value, out);
        return out.toString();
    }

    private static void append(Json value, StringBuilder out) {
        switch (value) {
            case JsonObject(Map<String, Json> members) -> appendMembers(members, out);
            case JsonArray(List<Json> items) -> appendItems(items, out);
            case JsonText(String text) -> appendText(text, out);
            case JsonInteger(long number) -> out.append(number);
            case JsonFlag(boolean flag) -> out.append(flag);
            case JsonNull _ -> out.append("null");
        }
    }

    private static void appendMembers(Map<String, Json> members, StringBuilder out) {
        // String's order is by UTF-16 unit; it differs from code point order only above the basic
        // plane
        var sorted = new TreeMap<String, Json>(CanonicalJson::byCodePoint);
        sorted.putAll(members);
        out.append('{');
        Iterator<Map.Entry<String, Json>> entries = sorted.entrySet().iterator();
        while (entries.hasNext()) {
            Map.Entry<String, Json> entry = entries.next();
            appendText(entry.getKey(), out);
            out.append(':');
            append(entry.getValue(), out);
            if (entries.hasNext()) out.append(',');
        }
        out.append('}');
    }

    private static void appendItems(List<Json> items, StringBuilder out) {
        out.append('[');
        for (int i = 0; i < items.size(); i++) {
            if (i > 0) out.append(',');
            append(items.get(i), out);
        }
        out.append(']');
    }

    private static void appendText(String text, StringBuilder out) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            // OLPC's rules would write these raw, which is no JSON; nothing that we sign needs them
            if (c < 0x20)
                throw new MalformedInput(
                        "canonical JSON cannot hold the control character " + (int) c);
            // UTF-8 cannot carry half a pair: it would be signed as '?', and be read as another
            // text
            if (Character.isSurrogate(c) && !isPaired(text, i))
                throw new MalformedInput("canonical JSON cannot hold half a surrogate pair");
            if (c == '"' || c == '\\') out.append('\\');
            out.append(c);
        }
        out.append('"');
    }

    private static boolean isPaired(String text, int at) {
        return Character.isHighSurrogate(text.charAt(at))
                ? at + 1 < text.length() && Character.isLowSurrogate(text.charAt(at + 1))
                : at > 0 && Character.isHighSurrogate(text.charAt(at - 1));
    }

    private static int byCodePoint(String left, String right) {
        int[] a = left.codePoints().toArray();
        int[] b = right.codePoints().toArray();
        return java.util.Arrays.compare(a, b);
    }
}
