// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.core;

import java.util.regex.Pattern;

/// One campaign that brings a release to a group, for example `r-7`.
public record RolloutId(String text) implements Comparable<RolloutId> {
    private static final Pattern SHAPE = Pattern.compile("[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?");

    public RolloutId {
        if (!SHAPE.matcher(text).matches()) {
            throw new MalformedInput(
                    "not a rollout id: '"
                            + (text.length() <= 80 ? text : text.substring(0, 80) + "...")
                            + "' (expected 1 to 64 of a-z, 0-9 and inner '-')");
        }
    }

    @Override
    public int compareTo(RolloutId other) {
        return text.compareTo(other.text);
    }

    @Override
    public String toString() {
        return text;
    }
}
