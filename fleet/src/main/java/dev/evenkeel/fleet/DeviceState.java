// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.fleet;

import dev.evenkeel.core.BootId;
import dev.evenkeel.core.DeviceId;
import dev.evenkeel.core.message.BootReport;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What the server knows of a device by its own word.
///
/// @param earlierBoots boot ids before the present one, newest first; a copy of a device shows when
///   one of them comes back
/// @param reportCounter of the newest accepted boot report, -1 before the first
/// @param report the newest accepted boot report
/// @param quarantine that two devices hold this identity: neither is listened to until an operator
///   has looked
public record DeviceState(
        DeviceId device,
        Optional<Contact> contact,
        List<BootId> earlierBoots,
        long reportCounter,
        Optional<BootReport> report,
        Optional<Quarantine> quarantine) {
    private static final int KEPT_BOOTS = 16;

    /// Two holders of one identity, and how it showed.
    public record Quarantine(Instant at, String what) {}

    public DeviceState {
        earlierBoots = List.copyOf(earlierBoots);
    }

    static DeviceState unknown(DeviceId device) {
        return new DeviceState(
                device, Optional.empty(), List.of(), -1, Optional.empty(), Optional.empty());
    }

    DeviceState with(Contact next) {
        return new DeviceState(
                device, Optional.of(next), boots(next), reportCounter, report, quarantine);
    }

    DeviceState with(BootReport next) {
        return new DeviceState(
                device, contact, earlierBoots, next.counter(), Optional.of(next), quarantine);
    }

    DeviceState quarantined(Quarantine since) {
        return new DeviceState(
                device, contact, earlierBoots, reportCounter, report, Optional.of(since));
    }

    /// Whichever of the holders the operator left checks in next, and is believed: what was known
    /// of counters and boots came from both.
    DeviceState released() {
        return new DeviceState(
                device, Optional.empty(), List.of(), reportCounter, report, Optional.empty());
    }

    private List<BootId> boots(Contact next) {
        Optional<BootId> present = contact.map(last -> last.checkIn().boot());
        if (present.isEmpty() || present.get().equals(next.checkIn().boot())) return earlierBoots;
        var boots = new ArrayList<BootId>();
        boots.add(present.get());
        boots.addAll(earlierBoots);
        return boots.subList(0, Math.min(boots.size(), KEPT_BOOTS));
    }
}
