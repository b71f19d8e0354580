// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.lab.net;

import java.time.Duration;

/// One direction of a link: whoever sends waits its turn, so that all connections together get what
/// the link carries. Its lock guards the time at which the link is free again.
final class Pace {
    private long freeAtNanos = System.nanoTime();

    /// Waits until `bytes` more have gone over a link of this bandwidth.
    void send(int bytes, long bytesPerSecond) throws InterruptedException {
        long until;
        synchronized (this) {
            long now = System.nanoTime();
            freeAtNanos = Math.max(freeAtNanos, now) + bytes * 1_000_000_000L / bytesPerSecond;
            until = freeAtNanos - now;
        }
        Thread.sleep(Duration.ofNanos(until));
    }
}
