// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.agent;

import dev.evenkeel.content.ContentSource;
import dev.evenkeel.content.FetchPlan;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.random.RandomGenerator;

/// One of the carriers of content, and what is known of it: how fast it was, and until when it is
/// left alone.
final class Carrier {
    /// A request asks for what came in so long: what is under way when the link breaks is lost.
    private static final int SECONDS_AHEAD = 4;

    private static final int MOST_REQUEST_BYTES = 8 << 20;

    /// Less than that says nothing of a pace.
    private static final int TELLING_BYTES = 64 << 10;

    private static final Duration TELLING_TIME = Duration.ofSeconds(5);

    /// For so long a file that was not there is not asked for again.
    private static final Duration ABSENCE = Duration.ofMinutes(10);

    private static final int MOST_ABSENT = 64;

    private final String name;
    private final ContentSource source;
    private final Backoff faults;
    private final Backoff lies;
    private final Map<String, Duration> absentUntil = new HashMap<>();
    private Duration readyAt = Duration.ZERO;
    private long bytesPerSecond;

    Carrier(String name, ContentSource source, RandomGenerator random) {
        this.name = name;
        this.source = source;
        this.faults = new Backoff(Duration.ofSeconds(30), Duration.ofHours(1), random);
        this.lies = new Backoff(Duration.ofHours(1), Duration.ofDays(1), random);
    }

    ContentSource source() {
        return source;
    }

    boolean isReady(String path, Duration now) {
        Duration absent = absentUntil.getOrDefault(path, Duration.ZERO);
        return now.compareTo(readyAt) >= 0 && now.compareTo(absent) >= 0;
    }

    /// How long it is left alone after a fault, at least as long as it asked.
    Duration failed(Duration now, Duration asked) {
        bytesPerSecond = 0;
        return restsFor(faults.afterFault(asked), now);
    }

    /// It was slow: how long it is left alone. What is known of its pace stays known.
    Duration wasSlow(Duration now) {
        return restsFor(faults.afterFault(Duration.ZERO), now);
    }

    /// How long it is left alone after it brought wrong bytes.
    Duration lied(Duration now) {
        return restsFor(lies.afterFault(Duration.ZERO), now);
    }

    private Duration restsFor(Duration rest, Duration now) {
        readyAt = now.plus(rest);
        return rest;
    }

    void lacks(String path, Duration now) {
        if (absentUntil.size() >= MOST_ABSENT) absentUntil.clear();
        absentUntil.put(path, now.plus(ABSENCE));
    }

    /// It brought everything that it was asked for.
    void succeeded() {
        faults.success();
    }

    void brought(long bytes, Duration in) {
        if (bytes < TELLING_BYTES && in.compareTo(TELLING_TIME) < 0) return;
        bytesPerSecond = bytes * 1000 / Math.max(1, in.toMillis());
    }

    /// Its pace when it was measured last; 0 while it is not known.
    long bytesPerSecond() {
        return bytesPerSecond;
    }

    int requestBytes() {
        return Math.clamp(
                bytesPerSecond * SECONDS_AHEAD, FetchPlan.MAX_RANGE_BYTES, MOST_REQUEST_BYTES);
    }

    @Override
    public String toString() {
        return name;
    }
}
