// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.core;

import java.util.regex.Pattern;

/// A set of devices under one owner. Part of every key, URL, token, certificate and manifest.
public record FleetId(String text) implements Comparable<FleetId> {
    private static final Pattern SHAPE = Pattern.compile("[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?");

    public FleetId {
        if (!SHAPE.matcher(text).matches()) {
            throw new MalformedInput(
                    "not a fleet: '"
                            + (text.length() <= 80 ? text : text.substring(0, 80) + "...")
                            + "' (expected 1 to 32 of a-z, 0-9 and inner '-')");
        }
    }

    @Override
    public int compareTo(FleetId other) {
        return text.compareTo(other.text);
    }

    @Override
    public String toString() {
        return text;
    }
}
