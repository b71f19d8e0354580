// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.testkit.prove;

import dev.evenkeel.agent.Agent;
import dev.evenkeel.agent.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/// The clock of one power-on: a device without a battery wakes up in 1970. A wrong one is set by a
/// bad time source to years ahead and back before it is right. While nothing happens time passes
/// faster; once the agent rests, or has done nothing for days, it stops.
final class PowerOnClock implements Clock {
    /// What the world does after each step of the agent.
    interface Tick {
        void after(Agent agent) throws InterruptedException;
    }

    private static final Duration START = Duration.ofSeconds(20);
    private static final Duration LONGEST = Duration.ofDays(3);
    private static final Duration LASTING = Duration.ofMinutes(31);
    private static final int MOST_STEP_SECONDS = 32;
    private static final int QUIET_TICKS = 2;

    // not so far ahead that nobody would believe it, and so far that nobody should
    private static final Instant AHEAD = Instant.parse("2041-06-01T00:00:00Z");
    private static final Instant FAR_AHEAD = Instant.parse("2090-01-01T00:00:00Z");
    private static final Duration WRONG_FOR = Duration.ofSeconds(60);

    private final Tick tick;
    private final IntSupplier activity;
    private final boolean isWrong;
    private Duration elapsed = START;
    private int seen;
    private int quiet;
    private boolean hasLasted;
    private boolean isAtRest;
    private @Nullable Agent agent;

    /// @param isWrong whether its first minute is anywhere but now
    PowerOnClock(Tick tick, IntSupplier activity, boolean isWrong) {
        this.isWrong = isWrong;
        this.tick = tick;
        this.activity = activity;
    }

    void watch(Agent watched) {
        agent = watched;
    }

    Duration sinceBoot() {
        return elapsed.minus(START);
    }

    /// Something happened around the agent that it has to look at.
    void stir() {
        quiet = 0;
    }

    void pass(Duration time) {
        elapsed = elapsed.plus(time);
    }

    void agentDied() {
        pass(Duration.ofSeconds(1));
    }

    boolean isAtRest() {
        return isAtRest;
    }

    boolean isStuck() {
        return elapsed.compareTo(LONGEST) > 0;
    }

    /// Whether a time source set it, a bad one included.
    boolean isSynced() {
        return isWrong;
    }

    @Override
    public Instant wall() {
        if (!isWrong) return Instant.EPOCH.plus(elapsed);
        long up = sinceBoot().toSeconds();
        if (up >= WRONG_FOR.toSeconds()) return World.LATER.plus(sinceBoot());
        Instant from = up < 20 ? AHEAD : up < 40 ? FAR_AHEAD : Instant.EPOCH;
        return from.plus(elapsed);
    }

    @Override
    public Duration elapsed() {
        return elapsed;
    }

    @Override
    public void sleep(Duration time) throws InterruptedException {
        Agent watched = agent;
        if (watched == null) throw new IllegalStateException("nobody works by this clock");
        int now = activity.getAsInt();
        quiet = now == seen ? quiet + 1 : 0;
        seen = now;
        long step = Math.min(MOST_STEP_SECONDS, 1L << Math.min(quiet, 5));
        elapsed = elapsed.plusSeconds(Math.max(step, time.toSeconds()));
        tick.after(watched);
        boolean isQuiet = quiet >= QUIET_TICKS && watched.isAtRest();
        isAtRest = isQuiet && hasLasted;
        // some things are due only once a boot has lasted
        if (isQuiet && !hasLasted) {
            hasLasted = true;
            pass(LASTING);
        }
        if (isAtRest || isStuck()) throw new InterruptedException("at rest, or for ever idle");
    }
}
