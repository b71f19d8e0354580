// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.agent;

import dev.evenkeel.core.ClockQuality;
import dev.evenkeel.core.DeviceTime;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;

/// What time it is, on a device whose clock may be off by decades.
///
/// Rules: the floor is the newest of the release's build time and the times that the server said;
/// it only grows. A clock that a time source set is believed, but not below the floor. One that
/// nothing set is not believed at all: then it is the floor, and what has passed since it was seen.
/// A server time absurdly far ahead of the build is not believed, or one wrong answer would make
/// all metadata look expired for ever.
final class TimeFloor {
    static final Duration MOST_AFTER_BUILD = Duration.ofDays(20 * 365);

    /// How much newer a time must be to be worth a flash write.
    private static final Duration STEP = Duration.ofHours(6);

    private final Device device;
    private final Clock clock;
    private final Memory memory;
    private final Instant built;
    private Instant anchor;
    private Duration anchoredAt;
    private boolean known;

    TimeFloor(Device device, Clock clock, Memory memory, Instant built) {
        this.device = device;
        this.clock = clock;
        this.memory = memory;
        this.built = built;
        Instant stored = memory.clock().floor();
        this.anchor = stored.isAfter(built) ? stored : built;
        this.anchoredAt = clock.elapsed();
        this.known = stored.isAfter(Instant.EPOCH);
    }

    /// The time by which signed metadata are judged.
    Instant trusted() {
        Instant floor = anchor.plus(clock.elapsed().minus(anchoredAt));
        Instant wall = clock.wall();
        return device.isClockSynced() && wall.isAfter(floor) ? wall : floor;
    }

    /// The time as messages tell it.
    DeviceTime now() {
        ClockQuality quality =
                device.isClockSynced()
                        ? ClockQuality.SYNCED
                        : known ? ClockQuality.FLOOR : ClockQuality.UNKNOWN;
        return new DeviceTime(trusted(), quality);
    }

    /// A server, authenticated by its certificate, said what time it is.
    void heard(Instant serverTime) throws IOException {
        if (serverTime.isAfter(built.plus(MOST_AFTER_BUILD))) return;
        known = true;
        if (serverTime.isAfter(anchor.plus(clock.elapsed().minus(anchoredAt)))) {
            anchor = serverTime;
            anchoredAt = clock.elapsed();
        }
        ClockRecord stored = memory.clock();
        if (serverTime.isAfter(stored.floor().plus(STEP)))
            memory.store(stored.withFloor(serverTime));
    }
}
