// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.core.json;

import java.util.List;
import java.util.Map;

/// JSON for people: members in their own order, indented by two. Control characters are escaped, so
/// any value can be shown.
public final class PrettyJson {
    private PrettyJson() {}

    public static String write(Json value) {
        var out = new StringBuilder();
        append(value, 0, false, out);
        return out.append('\n').toString();
    }

    /// The same on one line, without a line end.
    public static String line(Json value) {
        var out = new StringBuilder();
        append(value, 0, true, out);
        return out.toString();
    }

    private static void append(Json value, int depth, boolean flat, StringBuilder out) {
        switch (value) {
            case JsonObject(Map<String, Json> members) -> {
                if (members.isEmpty()) {
                    out.append("{}");
                    return;
                }
                out.append('{');
                boolean first = true;
                for (Map.Entry<String, Json> entry : members.entrySet()) {
                    separate(first, depth + 1, flat, out);
                    first = false;
                    text(entry.getKey(), out);
                    out.append(": ");
                    append(entry.getValue(), depth + 1, flat, out);
                }
                close('}', depth, flat, out);
            }
            case JsonArray(List<Json> items) -> {
                if (items.isEmpty()) {
                    out.append("[]");
                    return;
                }
                out.append('[');
                boolean first = true;
                for (Json item : items) {
                    separate(first, depth + 1, flat, out);
                    first = false;
                    append(item, depth + 1, flat, out);
                }
                close(']', depth, flat, out);
            }
            case JsonText(String text) -> text(text, out);
            case JsonInteger(long number) -> out.append(number);
            case JsonFlag(boolean flag) -> out.append(flag);
            case JsonNull _ -> out.append("null");
        }
    }

    private static void separate(boolean first, int depth, boolean flat, StringBuilder out) {
        if (!first) out.append(flat ? ", " : ",");
        if (!flat) out.append('\n').repeat("  ", depth);
    }

    private static void close(char bracket, int depth, boolean flat, StringBuilder out) {
        if (!flat) out.append('\n').repeat("  ", depth);
        out.append(bracket);
    }

    private static void text(String text, StringBuilder out) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case '\t' -> out.append("\\t");
                default -> {
                    if (c < 0x20 || c == 0x7f || c == 0x2028 || c == 0x2029)
                        out.append(String.format("\\u%04x", (int) c));
                    else out.append(c);
                }
            }
        }
        out.append('"');
    }
}
