// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.testkit;

import dev.evenkeel.agent.Clock;
import java.time.Duration;
import java.time.Instant;

/// Time that a test moves; a sleep moves it too.
public final class SimulatedClock implements Clock {
    private Instant wall = Repository.NOW;
    private Duration elapsed = Duration.ofHours(1);

    public void set(Instant time) {
        wall = time;
    }

    public void advance(Duration time) {
        wall = wall.plus(time);
        elapsed = elapsed.plus(time);
    }

    @Override
    public Instant wall() {
        return wall;
    }

    @Override
    public Duration elapsed() {
        return elapsed;
    }

    @Override
    public void sleep(Duration time) {
        advance(time);
    }
}
