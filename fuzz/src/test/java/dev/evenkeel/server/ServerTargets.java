// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.evenkeel.fuzz.Target;
import java.util.List;
import java.util.Optional;

/// What of an HTTP request we take apart ourselves.
public final class ServerTargets {
    private static final long FILE_BYTES = 1_000;

    private ServerTargets() {}

    public static List<Target> all() {
        return List.of(
                Target.of("ranges", bytes -> ranges(new String(bytes, UTF_8))),
                Target.of("query", bytes -> query(new String(bytes, UTF_8)), Problem.class));
    }

    /// Whatever is asked for lies within the file, and is not more than twice the whole of it.
    private static Optional<byte[]> ranges(String header) {
        if (ByteRanges.parse(Optional.of(header), FILE_BYTES) instanceof ByteRanges.Some some) {
            long total = 0;
            for (ByteRanges.One one : some.ranges()) {
                if (one.first() < 0 || one.length() < 1 || one.last() >= FILE_BYTES) {
                    throw new AssertionError(header + " gave " + one);
                }
                total += one.length();
            }
            if (total > 2 * FILE_BYTES) throw new AssertionError(header + " gave " + total);
        }
        return Optional.empty();
    }

    private static Optional<byte[]> query(String text) {
        Request.pairs(text);
        return Optional.empty();
    }
}
