// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.agent;

import dev.evenkeel.core.ClockQuality;
import dev.evenkeel.core.DeviceTime;
import dev.evenkeel.trust.MetadataSource;
import dev.evenkeel.trust.SignedTime;
import dev.evenkeel.trust.TrustException;
import dev.evenkeel.trust.TrustStore;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.random.RandomGenerator;

/// What time it is, on a device whose clock may be off by decades.
///
/// Rules: the floor is the newest of the release's build time and of the times that the timestamp
/// role signed, in answer to a nonce of ours, as long as its keys are trusted ([SignedTime]). A
/// clock that a time source set is believed, but not below the floor. One that nothing set is not
/// believed at all: then it is the floor, and what has passed since it was seen. What a server says
/// unsigned is good for messages and for nothing else: its clock may be years ahead, and all
/// metadata would look expired for ever.
final class TimeFloor {
    static final Duration MOST_AFTER_BUILD = Duration.ofDays(20 * 365);

    /// How much newer a time must be to be worth a flash write.
    private static final Duration STEP = Duration.ofHours(6);

    /// A device without a clock asks again after this.
    private static final Duration ASK_EVERY = Duration.ofHours(24);

    /// A time, and when on our own stopwatch it was so.
    private record Anchor(Instant time, Duration at) {
        Instant now(Clock clock) {
            return time.plus(clock.elapsed().minus(at));
        }
    }

    private final Device device;
    private final Clock clock;
    private final Memory memory;
    private final TrustStore trust;
    private final RandomGenerator random;
    private final Log log;
    private final Instant built;
    private final Duration started;
    private Anchor said;
    private boolean known;
    private Optional<SignedTime> signed;
    private Duration signedAt;
    private Optional<Duration> asked = Optional.empty();

    TimeFloor(
            Device device,
            Clock clock,
            Memory memory,
            TrustStore trust,
            RandomGenerator random,
            Log log,
            Instant built) {
        this.device = device;
        this.clock = clock;
        this.memory = memory;
        this.trust = trust;
        this.random = random;
        this.log = log;
        this.built = built;
        this.started = clock.elapsed();
        ClockRecord stored = memory.clock();
        this.said = new Anchor(later(stored.floor(), built), started);
        this.known = stored.floor().isAfter(Instant.EPOCH);
        this.signed = stored.signed().map(word -> new SignedTime(word.time(), word.keys()));
        this.signedAt = started;
    }

    /// The time by which signed metadata are judged.
    Instant trusted() {
        return orWall(floor());
    }

    private Instant floor() {
        Instant sinceBuilt = new Anchor(built, started).now(clock);
        return signedFloor()
                .map(time -> later(sinceBuilt, new Anchor(time, signedAt).now(clock)))
                .orElse(sinceBuilt);
    }

    /// What was signed, as far as it counts under the root that is trusted now.
    private Optional<Instant> signedFloor() {
        try {
            return signed.flatMap(word -> word.worth(trust))
                    .filter(time -> time.isBefore(built.plus(MOST_AFTER_BUILD)));
        } catch (TrustException noRoot) {
            return Optional.empty();
        }
    }

    /// The time as messages tell it.
    DeviceTime now() {
        ClockQuality quality =
                device.isClockSynced()
                        ? ClockQuality.SYNCED
                        : known ? ClockQuality.FLOOR : ClockQuality.UNKNOWN;
        return new DeviceTime(orWall(later(floor(), said.now(clock))), quality);
    }

    private Instant orWall(Instant floor) {
        Instant wall = clock.wall();
        return device.isClockSynced() && wall.isAfter(floor) ? wall : floor;
    }

    /// A server, authenticated by its certificate, said what time it is.
    void heard(Instant serverTime) throws IOException {
        if (serverTime.isAfter(built.plus(MOST_AFTER_BUILD))) return;
        known = true;
        if (serverTime.isAfter(said.now(clock))) said = new Anchor(serverTime, clock.elapsed());
        ClockRecord stored = memory.clock();
        if (serverTime.isAfter(stored.floor().plus(STEP)))
            memory.store(stored.withFloor(serverTime));
    }

    /// Asks for a signed time, when nothing else sets the clock. A server that has none, or whose
    /// key the trusted root does not name yet, changes nothing: metadata are then judged by the
    /// floor of before.
    void ask(MetadataSource server) throws IOException {
        boolean isFresh =
                asked.filter(last -> clock.elapsed().minus(last).compareTo(ASK_EVERY) < 0)
                        .isPresent();
        if (device.isClockSynced() || isFresh) return;
        try {
            Optional<SignedTime> told = SignedTime.ask(trust, server, SignedTime.nonce(random));
            asked = Optional.of(clock.elapsed());
            if (told.isPresent()) take(told.get());
        } catch (TrustException untrusted) {
            log.warn("signed time: " + untrusted.getMessage());
        }
    }

    private void take(SignedTime told) throws IOException {
        boolean isNews =
                signedFloor()
                        .map(time -> new Anchor(time, signedAt).now(clock))
                        .filter(time -> !told.time().isAfter(time))
                        .isEmpty();
        if (!isNews) return;
        ClockRecord stored = memory.clock();
        boolean isWorthAWrite =
                signedFloor().isEmpty()
                        || stored.signed()
                                .filter(word -> told.time().isBefore(word.time().plus(STEP)))
                                .isEmpty();
        signed = Optional.of(told);
        signedAt = clock.elapsed();
        if (isWorthAWrite) {
            memory.store(stored.withSigned(new ClockRecord.Signed(told.time(), told.keys())));
        }
    }

    private static Instant later(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }
}
