// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.lab.soak;

import dev.evenkeel.testkit.Repository;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/// The one clock of a soak. Everybody who takes part has a thread, and exactly one of them works at
/// any moment: who sleeps hands the turn to whoever is to wake next, and the clock goes on to that
/// moment. So what happens depends on the seed alone, never on the machine's scheduler; and work
/// takes no time unless the worker says so by sleeping.
///
/// All state is touched by the holder of the turn only; handing it over orders memory.
final class SharedTime {
    /// When the soak begins.
    static final Instant START = Repository.NOW;

    /// What somebody does in the course of the soak; ends by returning.
    interface Part {
        void play(Turn turn);
    }

    /// One part's way to wait for its turn.
    final class Turn {
        private final Semaphore comes = new Semaphore(0);

        /// Lets the others work until then.
        void sleepUntil(Duration at) {
            Duration then = at.compareTo(now) > 0 ? at : now;
            wakes.add(new Wake(then, order++, this));
            Wake next = wakes.remove();
            if (!isOver) now = next.at();
            if (next.turn() != this) {
                next.turn().comes.release();
                comes.acquireUninterruptibly();
            }
            if (isOver) throw new Over();
        }

        void sleep(Duration time) {
            sleepUntil(now.plus(time));
        }
    }

    /// It is over: unwinds a part from wherever it sleeps. No exception, so that nothing catches it
    /// by accident.
    private static final class Over extends Error {
        Over() {
            super("the soak is over", null, false, false);
        }
    }

    private record Wake(Duration at, long order, Turn turn) {}

    private final PriorityQueue<Wake> wakes =
            new PriorityQueue<>(Comparator.comparing(Wake::at).thenComparingLong(Wake::order));
    private final CountDownLatch finished = new CountDownLatch(1);
    private Duration now = Duration.ZERO;
    private long order;
    private boolean isOver;
    private @Nullable Throwable failure;

    /// Adds a part that begins at `at`. To be called before [#run], or by a part.
    void add(String name, Duration at, Part part) {
        var turn = new Turn();
        wakes.add(new Wake(at, order++, turn));
        Thread.ofVirtual()
                .name(name)
                .start(() -> {
                    turn.comes.acquireUninterruptibly();
                    try {
                        if (!isOver) part.play(turn);
                    } catch (Over _) {
                        // as intended
                    } catch (Throwable failed) {
                        if (failure == null) failure = failed;
                        isOver = true;
                    } finally {
                        handOver();
                    }
                });
    }

    /// Plays all parts to their end.
    void run() throws InterruptedException {
        handOver();
        finished.await();
        if (failure != null) throw new IllegalStateException("the soak itself failed", failure);
    }

    Duration now() {
        return now;
    }

    Instant instant() {
        return START.plus(now);
    }

    /// Ends every part at its next sleep, and the caller's own after it returns.
    void end() {
        isOver = true;
    }

    private void handOver() {
        Wake next = wakes.poll();
        if (next == null) {
            finished.countDown();
            return;
        }
        if (!isOver) now = next.at();
        next.turn().comes.release();
    }
}
