// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.server.console;

import java.util.List;

/// The first page: how the fleet is, what is being rolled out, who needs somebody.
///
/// @param underWay devices between pending and checking
/// @param attention devices that need somebody, the first of `needAttention`
public record OverviewView(
        int devices,
        int online,
        int underWay,
        int needAttention,
        StateBar states,
        List<RolloutView> rollouts,
        List<DeviceRow> attention,
        List<Runs> releases) {
    /// How many devices run a release.
    ///
    /// @param width of 1000
    public record Runs(String release, int devices, int width) {}

    public OverviewView {
        rollouts = List.copyOf(rollouts);
        attention = List.copyOf(attention);
        releases = List.copyOf(releases);
    }
}
