// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.trust;

import dev.evenkeel.core.Channel;
import dev.evenkeel.core.MalformedInput;
import java.util.List;
import java.util.regex.Pattern;

/// The names of the TUF roles, and of their files.
public final class Roles {
    public static final String ROOT = "root";
    public static final String TIMESTAMP = "timestamp";
    public static final String SNAPSHOT = "snapshot";
    public static final String TARGETS = "targets";
    static final List<String> TOP = List.of(ROOT, TIMESTAMP, SNAPSHOT, TARGETS);
    // Role names become file names and URLs; this is all that they may hold
    private static final Pattern DELEGATED =
            Pattern.compile("[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?");

    private Roles() {}

    public static String ofChannel(Channel channel) {
        return "channel-" + channel;
    }

    static String delegated(String name) {
        if (TOP.contains(name) || !DELEGATED.matcher(name).matches()) {
            throw new MalformedInput(
                    "not the name of a delegated role: '"
                            + (name.length() <= 80 ? name : name.substring(0, 80) + "...")
                            + "'");
        }
        return name;
    }

    /// A role's name in the list of a snapshot.
    static String listed(String role) {
        return role + ".json";
    }

    /// A role's file in a repository with consistent snapshots; the timestamp's name is fixed.
    static String file(String role, long version) {
        return role.equals(TIMESTAMP) ? "timestamp.json" : version + "." + role + ".json";
    }
}
