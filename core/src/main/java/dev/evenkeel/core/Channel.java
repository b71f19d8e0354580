// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.core;

import java.util.regex.Pattern;

/// A stream of releases: `dev`, `test` and `prod` by default.
public record Channel(String text) implements Comparable<Channel> {
    private static final Pattern SHAPE = Pattern.compile("[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?");

    public Channel {
        if (!SHAPE.matcher(text).matches()) {
            throw new MalformedInput(
                    "not a channel: '"
                            + (text.length() <= 80 ? text : text.substring(0, 80) + "...")
                            + "' (expected 1 to 32 of a-z, 0-9 and inner '-')");
        }
    }

    @Override
    public int compareTo(Channel other) {
        return text.compareTo(other.text);
    }

    @Override
    public String toString() {
        return text;
    }
}
