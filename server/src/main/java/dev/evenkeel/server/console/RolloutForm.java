// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.server.console;

import java.util.List;

/// What a new rollout can be made of.
///
/// @param fault why the last try was refused; may be empty
/// @param chosen what was filled in then
public record RolloutForm(
        List<Choice> releases,
        List<String> channels,
        List<String> groups,
        Chosen chosen,
        String fault) {
    /// One release to choose.
    ///
    /// @param value `device type/version`
    public record Choice(String value, String words) {}

    /// What a person filled in.
    public record Chosen(String release, String channel, String group) {
        public static final Chosen NOTHING = new Chosen("", "", "all");
    }

    public RolloutForm {
        releases = List.copyOf(releases);
        channels = List.copyOf(channels);
        groups = List.copyOf(groups);
    }
}
