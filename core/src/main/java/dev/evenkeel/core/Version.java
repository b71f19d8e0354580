// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.core;

import java.util.regex.Pattern;

/// A release's version: one to four whole numbers and an optional pre-release word, ordered by
/// number: `1.9 < 1.10~rc1 < 1.10`. As in Debian, `~` sorts before the end, so a candidate comes
/// before its release.
public record Version(String text) implements Comparable<Version> {
    private static final Pattern SHAPE =
            Pattern.compile("[0-9]{1,9}(\\.[0-9]{1,9}){0,3}(~[a-z0-9]{1,16})?");

    public Version {
        if (!SHAPE.matcher(text).matches()) {
            throw new MalformedInput(
                    "not a version (for example 1.4, 2.0.1 or 2.1~rc1): '"
                            + (text.length() <= 80 ? text : text.substring(0, 80) + "...")
                            + "'");
        }
    }

    @Override
    public int compareTo(Version other) {
        long[] mine = numbers();
        long[] theirs = other.numbers();
        for (int i = 0; i < mine.length; i++) {
            int order = Long.compare(mine[i], theirs[i]);
            if (order != 0) return order;
        }
        if (candidate().isEmpty() != other.candidate().isEmpty()) {
            return candidate().isEmpty() ? 1 : -1;
        }
        int order = candidate().compareTo(other.candidate());
        // 1.0 and 1.0.0 are different names; ordering them by text keeps compareTo consistent with
        // equals
        return order != 0 ? order : text.compareTo(other.text);
    }

    private long[] numbers() {
        var numbers = new long[4];
        String[] parts = text.split("~", 2)[0].split("\\.", -1);
        for (int i = 0; i < parts.length; i++) {
            numbers[i] = Long.parseLong(parts[i]);
        }
        return numbers;
    }

    private String candidate() {
        int tilde = text.indexOf('~');
        return tilde < 0 ? "" : text.substring(tilde + 1);
    }

    @Override
    public String toString() {
        return text;
    }
}
