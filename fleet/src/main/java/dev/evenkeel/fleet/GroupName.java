// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.fleet;

import dev.evenkeel.core.MalformedInput;
import java.util.regex.Pattern;

/// A group's name. The group [#ALL] always exists and holds every device of the fleet.
public record GroupName(String text) implements Comparable<GroupName> {
    private static final Pattern SHAPE = Pattern.compile("[a-z0-9](?:[a-z0-9._-]{0,62}[a-z0-9])?");

    public static final GroupName ALL = new GroupName("all");

    public GroupName {
        if (!SHAPE.matcher(text).matches()) {
            throw new MalformedInput(
                    "not a group: '"
                            + (text.length() <= 80 ? text : text.substring(0, 80) + "...")
                            + "' (expected 1 to 64 of a-z, 0-9 and inner '.', '_', '-')");
        }
    }

    @Override
    public int compareTo(GroupName other) {
        return text.compareTo(other.text);
    }

    @Override
    public String toString() {
        return text;
    }
}
