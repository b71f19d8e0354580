// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.server.console;

import java.util.List;

/// One rollout, in words.
///
/// @param canHalt whether it runs
/// @param canResume whether it is halted
public record RolloutView(
        String id,
        String release,
        String type,
        String group,
        String channel,
        String state,
        String note,
        String started,
        int devices,
        List<OverviewView.Count> counts,
        boolean canHalt,
        boolean canResume) {
    public RolloutView {
        counts = List.copyOf(counts);
    }
}
