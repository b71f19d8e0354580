// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.fleet;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.LongSupplier;

/// Tells the time only while the clock goes on as a stopwatch does. What is old is forgotten for
/// good, so a clock that has just jumped must not say what is old.
final class SteadyClock {
    private static final Duration TOLERANCE = Duration.ofMinutes(5);

    private final InstantSource clock;
    private final LongSupplier stopwatchNanos;
    private Instant lastTime;
    private long lastNanos;

    SteadyClock(InstantSource clock, LongSupplier stopwatchNanos) {
        this.clock = clock;
        this.stopwatchNanos = stopwatchNanos;
        this.lastTime = clock.instant();
        this.lastNanos = stopwatchNanos.getAsLong();
    }

    /// The time; empty when the clock jumped since this was last asked.
    synchronized Optional<Instant> instant() {
        Instant now = clock.instant();
        long nanos = stopwatchNanos.getAsLong();
        Duration jump =
                Duration.between(lastTime, now).minus(Duration.ofNanos(nanos - lastNanos)).abs();
        lastTime = now;
        lastNanos = nanos;
        return jump.compareTo(TOLERANCE) > 0 ? Optional.empty() : Optional.of(now);
    }
}
