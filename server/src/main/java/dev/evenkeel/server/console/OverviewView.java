// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.server.console;

import java.util.List;

/// The first page: how many devices are in which state, and what is being rolled out.
public record OverviewView(int devices, List<Count> counts, List<RolloutView> rollouts) {
    /// Devices in one state.
    public record Count(String state, int devices) {}

    public OverviewView {
        counts = List.copyOf(counts);
        rollouts = List.copyOf(rollouts);
    }
}
