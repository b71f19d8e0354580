// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.fleet;

/// Whether a known device is still listened to.
final class Standing {
    private Standing() {}

    /// Throws unless it is.
    static void requireGood(LiveDevice live) {
        if (live.device.revoked().isPresent()) {
            throw new FleetException.Revoked(live.device.id());
        }
        if (live.state.quarantine().isPresent()) {
            throw new FleetException.Quarantined(
                    live.device.id(), live.state.quarantine().get().what());
        }
    }
}
