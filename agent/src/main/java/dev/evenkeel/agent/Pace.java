// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.agent;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/// Whether a carrier is too slow to be waited for. Only time in which the device waited for it
/// counts, not what it took to write what came.
///
/// - Slower than a quarter of what another carrier brought when it was measured last, over half a
///   minute: the other one is taken. Where the other one was never measured it is tried, once the
///   pace is below 4 KiB/s. On a slow link both are measured the same soon, and neither is left.
/// - Below 1 KiB in two minutes it is stuck, even if there is no other: a link of 1,200 byte/s is
///   legitimate, this is none. A new connection may help, and costs nothing that is here.
final class Pace {
    private static final Duration WINDOW = Duration.ofSeconds(30);
    private static final int LESS = 4;
    private static final int UNTRIED_BYTES_PER_SECOND = 4 << 10;
    private static final Duration STUCK_TIME = Duration.ofMinutes(2);
    private static final int STUCK_BYTES = 1 << 10;

    private Span window = Span.NONE;
    private Span progress = Span.NONE;

    private record Span(long bytes, Duration time) {
        static final Span NONE = new Span(0, Duration.ZERO);

        Span plus(int more, Duration in) {
            return new Span(bytes + more, time.plus(in));
        }

        long bytesPerSecond() {
            return bytes * 1000 / Math.max(1, time.toMillis());
        }
    }

    /// Another carrier that could be taken instead.
    ///
    /// @param bytesPerSecond 0 where it is not known
    record Other(long bytesPerSecond) {}

    /// So many bytes came, after a wait of so long.
    ///
    /// @param other asked once in a window only
    /// @return why the carrier should be given up; empty while it should not
    Optional<String> came(
            int bytes, Duration waited, Carrier from, Supplier<Optional<Other>> other) {
        window = window.plus(bytes, waited);
        progress = progress.plus(bytes, waited);
        if (progress.bytes() >= STUCK_BYTES) progress = Span.NONE;
        if (progress.time().compareTo(STUCK_TIME) >= 0) {
            return Optional.of(
                    "brought "
                            + progress.bytes()
                            + " bytes in "
                            + progress.time().toSeconds()
                            + " s: it is stuck");
        }
        if (window.time().compareTo(WINDOW) < 0) return Optional.empty();
        Span over = window;
        window = Span.NONE;
        from.brought(over.bytes(), over.time());
        return other.get().flatMap(one -> slower(over, one));
    }

    private static Optional<String> slower(Span over, Other other) {
        long pace = over.bytesPerSecond();
        boolean isKnown = other.bytesPerSecond() > 0;
        boolean isSlow =
                isKnown ? pace < other.bytesPerSecond() / LESS : pace < UNTRIED_BYTES_PER_SECOND;
        if (!isSlow) return Optional.empty();
        return Optional.of(
                "brings "
                        + pace
                        + " bytes/s over "
                        + over.time().toSeconds()
                        + " s, and another carrier "
                        + (isKnown
                                ? "brought " + other.bytesPerSecond() + " bytes/s"
                                : "was not tried yet"));
    }
}
