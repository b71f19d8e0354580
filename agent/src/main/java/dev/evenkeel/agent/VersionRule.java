// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.agent;

import dev.evenkeel.core.DeviceId;
import dev.evenkeel.core.Digest;
import dev.evenkeel.core.Downgrade;
import dev.evenkeel.core.FleetId;
import dev.evenkeel.core.Version;
import java.time.Instant;
import java.util.Optional;

/// Which versions are welcome: none below what runs, none below the highest floor that signed
/// metadata ever named here, but for a release that the channel's role allows this one device for a
/// time. No valid signature of a release makes an older one welcome (rollback of software).
///
/// @param running what runs now, committed
/// @param floor the highest that this device saw
/// @param leave what the channel's role publishes for this device
/// @param device its name; empty before it is enrolled
/// @param now the time by which leaves expire
record VersionRule(
        Version running,
        Optional<Version> floor,
        Optional<Downgrade> leave,
        Optional<DeviceId> device,
        Instant now) {
    /// Whether a leave is needed.
    boolean isBelow(Version version) {
        return version.compareTo(running) < 0
                || floor.filter(least -> version.compareTo(least) < 0).isPresent();
    }

    /// Why this version is refused; empty when it is welcome.
    ///
    /// @param manifest the release's
    Optional<String> refusal(FleetId fleet, Version version, Digest manifest) {
        if (!isBelow(version)) return Optional.empty();
        Optional<String> fault = leaveFault(fleet, version, manifest);
        if (fault.isEmpty()) return Optional.empty();
        String why =
                version.compareTo(running) < 0
                        ? "it is older than "
                                + running
                                + ", which runs here; a downgrade is never installed"
                        : "it is below " + floor.orElse(running) + ", the channel's signed floor";
        return Optional.of(why + fault.get());
    }

    /// Why nothing allows it: no leave, which needs no words, or one that is another's.
    private Optional<String> leaveFault(FleetId fleet, Version version, Digest digest) {
        if (leave.isEmpty()) {
            return Optional.of("");
        }
        Downgrade given = leave.get();
        boolean isThisDevice =
                given.fleet().equals(fleet) && device.equals(Optional.of(given.device()));
        if (!isThisDevice) return Optional.of(", and the leave is for device " + given.device());
        if (!given.release().equals(version) || !given.manifest().equals(digest)) {
            return Optional.of(", and the leave is for release " + given.release());
        }
        if (!given.expires().isAfter(now)) {
            return Optional.of(", and the leave for it expired at " + given.expires());
        }
        return Optional.empty();
    }
}
