// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.server;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/// Wrong secrets, counted by the address that they came from. The rules:
///
/// - An address may be wrong some times in a row, then once in a while; until then it is refused
///   unheard.
/// - All addresses together may be wrong so many times, then so often. That holds for addresses
///   that nobody knows: one that a right secret came from is judged by its own faults alone, so
///   that strangers elsewhere cannot lock an operator out, however many they are.
/// - What is remembered is bounded. The address that was quiet longest is forgotten first.
/// - Time is a stopwatch's: a clock that jumps opens nothing and locks out nobody.
///
/// Guarded by its own monitor.
final class Attempts {
    /// @param inARow wrong secrets of one address before it has to wait
    /// @param pause then, between two of them
    /// @param overall wrong secrets of all addresses before unknown ones have to wait
    /// @param overallPause then, between two of them
    /// @param addresses that are remembered
    record Limits(int inARow, Duration pause, int overall, Duration overallPause, int addresses) {
        static final Limits DEFAULT =
                new Limits(10, Duration.ofSeconds(30), 500, Duration.ofSeconds(1), 10_000);
    }

    /// Fills with every fault by one pause, and empties as time passes.
    private static final class Bucket {
        private final long mostNanos;
        private final long pauseNanos;
        private long emptyAt = Long.MIN_VALUE;

        Bucket(int most, Duration pause) {
            pauseNanos = pause.toNanos();
            mostNanos = most * pauseNanos;
        }

        void fill(long now) {
            // a flood does not make the wait longer than one more pause
            emptyAt = Math.min(Math.max(emptyAt, now) + pauseNanos, now + mostNanos);
        }

        /// Until one more fits.
        long waitNanos(long now) {
            return Math.max(0, Math.max(emptyAt, now) + pauseNanos - now - mostNanos);
        }
    }

    private final Limits limits;
    private final LongSupplier stopwatchNanos;
    private final long start;
    private final Bucket overall;
    private final Map<String, Bucket> faults;
    private final Map<String, Boolean> known;

    Attempts(Limits limits, LongSupplier stopwatchNanos) {
        this.limits = limits;
        this.stopwatchNanos = stopwatchNanos;
        this.start = stopwatchNanos.getAsLong();
        this.overall = new Bucket(limits.overall(), limits.overallPause());
        this.faults = new Remembered<>(limits.addresses());
        this.known = new Remembered<>(limits.addresses());
    }

    /// Whether the secret that came from `address` is right. Throws the [Problem] to answer, and
    /// does not look at the secret, when the address has to wait.
    synchronized boolean admits(String address, BooleanSupplier isRight) {
        String place = place(address);
        int seconds = waitSeconds(place);
        if (seconds > 0) throw Problem.tooManyAttempts(seconds);
        if (isRight.getAsBoolean()) {
            known.put(place, true);
            return true;
        }
        count(place);
        return false;
    }

    /// Counts a wrong secret where right ones are always heard. Throws the [Problem] to answer when
    /// there were too many.
    synchronized void failed(String address) {
        String place = place(address);
        int seconds = waitSeconds(place);
        count(place);
        if (seconds > 0) throw Problem.tooManyAttempts(seconds);
    }

    private void count(String place) {
        faults.computeIfAbsent(place, _ -> new Bucket(limits.inARow(), limits.pause())).fill(now());
        overall.fill(now());
    }

    private int waitSeconds(String place) {
        Bucket own = faults.get(place);
        long nanos = own == null ? 0 : own.waitNanos(now());
        if (!known.containsKey(place)) nanos = Math.max(nanos, overall.waitNanos(now()));
        return (int) Math.ceilDiv(nanos, 1_000_000_000L);
    }

    private long now() {
        return stopwatchNanos.getAsLong() - start;
    }

    synchronized int remembered() {
        return faults.size() + known.size();
    }

    /// The address, or the network of an IPv6 address: one subscriber has 2^64 of those.
    private static String place(String address) {
        try {
            if (InetAddress.ofLiteral(address) instanceof Inet6Address six) {
                return HexFormat.of().formatHex(Arrays.copyOf(six.getAddress(), 8));
            }
        } catch (IllegalArgumentException named) {
            return address;
        }
        return address;
    }

    /// Forgets what was not used for longest.
    private static final class Remembered<T> extends LinkedHashMap<String, T> {
        private final int most;

        Remembered(int most) {
            super(16, 0.75f, true);
            this.most = most;
        }

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, T> eldest) {
            return size() > most;
        }
    }
}
