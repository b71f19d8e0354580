// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.agent;

import java.time.Duration;
import java.time.Instant;

/// Time as this machine has it. A port: tests move it by hand.
public interface Clock {
    /// What the machine's clock says; may be off by decades.
    Instant wall();

    /// Time since some fixed moment; never goes back.
    Duration elapsed();

    void sleep(Duration time) throws InterruptedException;

    static Clock ofThisMachine() {
        return new Clock() {
            @Override
            public Instant wall() {
                return Instant.now();
            }

            @Override
            public Duration elapsed() {
                return Duration.ofNanos(System.nanoTime());
            }

            @Override
            public void sleep(Duration time) throws InterruptedException {
                Thread.sleep(time);
            }
        };
    }
}
