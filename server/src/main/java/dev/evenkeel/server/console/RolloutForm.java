// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.server.console;

import dev.evenkeel.core.MalformedInput;
import dev.evenkeel.core.message.FetchBudget;
import dev.evenkeel.fleet.Budget;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

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
    ///
    /// @param budget megabytes that each update may fetch; empty for no budget
    public record Chosen(
            String release, String channel, String group, String budget, String beyond) {
        public static final Chosen NOTHING = new Chosen("", "", "all", "", "ask");

        private static final Pattern MEGABYTES = Pattern.compile("[0-9]{1,7}");

        public Optional<Budget> asBudget() {
            String megabytes = budget.strip();
            if (megabytes.isEmpty()) return Optional.empty();
            if (!MEGABYTES.matcher(megabytes).matches()) {
                throw new MalformedInput(
                        "budget: expected megabytes as 20, found '" + megabytes + "'");
            }
            long bytes = Long.parseLong(megabytes) * 1_000_000;
            return Optional.of(new Budget(bytes, FetchBudget.Beyond.parse(beyond)));
        }
    }

    public RolloutForm {
        releases = List.copyOf(releases);
        channels = List.copyOf(channels);
        groups = List.copyOf(groups);
    }
}
