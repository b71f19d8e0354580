// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.trust;

import dev.evenkeel.core.Channel;
import dev.evenkeel.core.MalformedInput;
import java.util.List;

/// The names of the TUF roles, and of their files.
public final class Roles {
    public static final String ROOT = "root";
    public static final String TIMESTAMP = "timestamp";
    public static final String SNAPSHOT = "snapshot";
    public static final String TARGETS = "targets";

    /// The server's own role for patches between releases, delegated by the targets role.
    public static final String DELTAS = "deltas";

    /// Who signs offline bundles; no role of TUF, see [Courier].
    public static final String COURIER = "courier";

    static final List<String> TOP = List.of(ROOT, TIMESTAMP, SNAPSHOT, TARGETS);

    static final String CHANNEL_PREFIX = "channel-";

    private Roles() {}

    public static String ofChannel(Channel channel) {
        return CHANNEL_PREFIX + channel;
    }

    /// Whether the server renews it by itself, with a key that lies beside it.
    static boolean isOnline(String role) {
        return role.equals(TIMESTAMP) || role.equals(SNAPSHOT) || role.equals(DELTAS);
    }

    /// Any text may name a delegated role, but for the top roles' own names: its file would take
    /// the place of theirs. What the text does to a path is [SafeName]'s matter.
    static String delegated(String name) {
        if (TOP.contains(name) || name.length() > TrustLimits.ROLE_NAME_CHARS) {
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
        return role.equals(TIMESTAMP) ? plainFile(role) : version + "." + plainFile(role);
    }

    /// A role's file without its version: where snapshots are not consistent, and what is held.
    static String plainFile(String role) {
        return SafeName.of(role) + ".json";
    }
}
