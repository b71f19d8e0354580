// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.server.delta;

import dev.evenkeel.content.delta.DeltaMaker;
import java.time.Duration;

/// How a server makes deltas.
///
/// @param enabled whether it makes any; those that are there are served in any case
/// @param memoryBytes what applying one may take on a device
public record DeltaOptions(boolean enabled, long memoryBytes, Pace pace) {
    public static final DeltaOptions DEFAULT = new DeltaOptions(true, 64L << 20, Pace.USUAL);

    /// How long things are put off.
    ///
    /// @param recount at most so often what devices run is counted again; releases and rollouts
    ///   count at once
    /// @param retry after a first failure; four times as long after each further one
    /// @param grace how long the file of a delta stays that is no longer named
    public record Pace(Duration recount, Duration retry, Duration grace) {
        static final Pace USUAL =
                new Pace(Duration.ofSeconds(10), Duration.ofMinutes(1), Duration.ofHours(24));
    }

    public DeltaOptions {
        if (memoryBytes < DeltaMaker.SMALLEST_MEMORY_BYTES) {
            throw new IllegalArgumentException(
                    "memory of deltas: expected at least "
                            + DeltaMaker.SMALLEST_MEMORY_BYTES
                            + " bytes, found "
                            + memoryBytes);
        }
    }

    public DeltaOptions withEnabled(boolean made) {
        return new DeltaOptions(made, memoryBytes, pace);
    }

    public DeltaOptions withMemoryBytes(long bytes) {
        return new DeltaOptions(enabled, bytes, pace);
    }

    public DeltaOptions withPace(Pace other) {
        return new DeltaOptions(enabled, memoryBytes, other);
    }
}
