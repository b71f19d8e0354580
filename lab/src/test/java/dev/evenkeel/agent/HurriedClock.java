// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.agent;

import java.time.Duration;
import java.time.Instant;

/// The machine's time, but so many times faster between two moments: pauses after a fault pass
/// quickly, and everything still takes time.
record HurriedClock(int times) implements Clock {
    @Override
    public Instant wall() {
        return Instant.now();
    }

    @Override
    public Duration elapsed() {
        return Duration.ofNanos(System.nanoTime()).multipliedBy(times);
    }

    @Override
    public void sleep(Duration time) throws InterruptedException {
        Thread.sleep(time.dividedBy(times));
    }
}
