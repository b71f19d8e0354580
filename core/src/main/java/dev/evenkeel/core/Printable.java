// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.core;

/// Text of strangers, fit for a terminal: names in signed files and messages of servers must not
/// move the cursor, colour over what somebody reads before signing, or turn its direction around.
public final class Printable {
    private Printable() {}

    /// The same text with every control and format character, line ends too, written as `<U+1B>`.
    public static String of(String text) {
        if (text.codePoints().allMatch(Printable::isShown)) return text;
        var shown = new StringBuilder();
        text.codePoints()
                .forEach(c -> {
                    if (isShown(c)) shown.appendCodePoint(c);
                    else shown.append("<U+%X>".formatted(c));
                });
        return shown.toString();
    }

    private static boolean isShown(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR ->
                    false;
            default -> true;
        };
    }
}
