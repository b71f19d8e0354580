// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.fleet;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// Whether a device is there: seen from its last check-in whenever somebody asks, never kept.
final class Presence {
    private static final int MISSED_POLLS = 3;

    private Presence() {}

    static boolean isOnline(
            Optional<Contact> contact, boolean booting, FleetOptions options, Instant now) {
        if (contact.isEmpty()) return false;
        Duration silence = Duration.ofSeconds((long) MISSED_POLLS * options.pollSeconds());
        if (booting) silence = silence.plus(options.bootAllowance());
        return !now.isAfter(contact.get().at().plus(silence));
    }

    /// What to show of an update: a result stays what it is, work in progress of a silent device is
    /// offline.
    static UpdateState.Name shown(UpdateState state, boolean online) {
        return state.isSettled() || online ? state.name() : UpdateState.Name.OFFLINE;
    }
}
