// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.core.json;

import dev.evenkeel.core.MalformedInput;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Canonical JSON (OLPC's rules): members sorted by code point, no white space, only quote and
/// backslash escaped. Two writers that agree on the values agree on the bytes. OLPC writes control
/// characters raw, which no JSON reader takes: documents have tabs and line ends escaped and refuse
/// the others, and only what a TUF signature covers has them as OLPC says (a PEM key has line
/// ends).
public final class CanonicalJson {
    private final StringBuilder out = new StringBuilder();
    private final boolean isDocument;

    private CanonicalJson(boolean isDocument) {
        this.isDocument = isDocument;
    }

    /// A document: any JSON reader takes it.
    public static String write(Json value) {
        return new CanonicalJson(true).text(value);
    }

    /// Exactly OLPC's form, which is signed and digested, never stored or sent.
    public static String signedForm(Json value) {
        return new CanonicalJson(false).text(value);
    }

    private String text(Json value) {
        append(value);
        return out.toString();
    }

    private void append(Json value) {
        switch (value) {
            case JsonObject(Map<String, Json> members) -> appendMembers(members);
            case JsonArray(List<Json> items) -> appendItems(items);
            case JsonText(String text) -> appendText(text);
            case JsonInteger(long number) -> out.append(number);
            case JsonFlag(boolean flag) -> out.append(flag);
            case JsonNull _ -> out.append("null");
        }
    }

    private void appendMembers(Map<String, Json> members) {
        // String's order is by UTF-16 unit; it differs from code point order only above the basic
        // plane
        var sorted = new TreeMap<String, Json>(CanonicalJson::byCodePoint);
        sorted.putAll(members);
        out.append('{');
        Iterator<Map.Entry<String, Json>> entries = sorted.entrySet().iterator();
        while (entries.hasNext()) {
            Map.Entry<String, Json> entry = entries.next();
            appendText(entry.getKey());
            out.append(':');
            append(entry.getValue());
            if (entries.hasNext()) out.append(',');
        }
        out.append('}');
    }

    private void appendItems(List<Json> items) {
        out.append('[');
        for (int i = 0; i < items.size(); i++) {
            if (i > 0) out.append(',');
            append(items.get(i));
        }
        out.append(']');
    }

    private void appendText(String text) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            // UTF-8 cannot carry half a pair: it would be signed as '?', and be read as another
            // text
            if (Character.isSurrogate(c) && !isPaired(text, i))
                throw new MalformedInput("canonical JSON cannot hold half a surrogate pair");
            if (c < 0x20 && isDocument) {
                appendEscaped(c);
                continue;
            }
            if (c == '"' || c == '\\') out.append('\\');
            out.append(c);
        }
        out.append('"');
    }

    private void appendEscaped(char control) {
        switch (control) {
            case '\n' -> out.append("\\n");
            case '\r' -> out.append("\\r");
            case '\t' -> out.append("\\t");
            // no text of ours has them, and a database may not hold them
            default ->
                    throw new MalformedInput(
                            "canonical JSON cannot hold the control character " + (int) control);
        }
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
