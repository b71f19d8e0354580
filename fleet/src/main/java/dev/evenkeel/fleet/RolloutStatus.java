// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.fleet;

import java.util.Map;

/// A rollout and how far it is.
///
/// @param counts devices by what is shown of their update, each state present
/// @param notNeeded devices of the group that ran the release already
/// @param devices of the group that the release fits
public record RolloutStatus(
        Rollout rollout, Map<UpdateState.Name, Integer> counts, int notNeeded, int devices) {
    public RolloutStatus {
        counts = java.util.Collections.unmodifiableMap(new java.util.EnumMap<>(counts));
    }
}
