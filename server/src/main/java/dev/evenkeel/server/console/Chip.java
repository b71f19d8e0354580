// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.server.console;

import dev.evenkeel.fleet.DeviceStatus;
import dev.evenkeel.fleet.Rollout;
import dev.evenkeel.fleet.UpdateState;

/// A state as a coloured word.
///
/// @param kind chooses the colour: `rolled-back`
/// @param words `rolled back`
public record Chip(String kind, String words) {
    static final Chip IDLE = new Chip("idle", "idle");
    static final Chip NOT_NEEDED = new Chip("not-needed", "not needed");
    static final Chip QUARANTINE = new Chip("conflict", "quarantined");

    static Chip of(UpdateState.Name name) {
        return new Chip(name.toString().replace('_', '-'), Words.of(name));
    }

    /// What is true of the device now; idle when it is there and was never asked for an update.
    static Chip of(DeviceStatus status) {
        return status.shown().map(Chip::of).orElse(IDLE);
    }

    static Chip of(Rollout.State state) {
        return new Chip(state.toString(), state.toString());
    }
}
