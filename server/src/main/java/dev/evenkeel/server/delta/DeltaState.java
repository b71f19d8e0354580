// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.server.delta;

import dev.evenkeel.core.Digest;

/// How far a delta is.
public sealed interface DeltaState {
    /// Its turn comes.
    record Waiting() implements DeltaState {}

    record Making() implements DeltaState {}

    /// Devices find it.
    ///
    /// @param name of its file
    /// @param cpuMillis processor time that making it took; 0 where nobody remembers
    record Ready(Digest name, long bytes, long cpuMillis) implements DeltaState {}

    /// It would save nothing, so it is not kept, and not made again.
    ///
    /// @param bytes it had; 0 where it was not even made
    record Useless(String why, long bytes, long cpuMillis) implements DeltaState {}

    /// It could not be made.
    ///
    /// @param tries that failed
    /// @param retryNanos when it is tried again, by the stopwatch
    record Failed(String fault, int tries, long retryNanos) implements DeltaState {
        static final int MOST_TRIES = 3;

        boolean isGivenUp() {
            return tries >= MOST_TRIES;
        }
    }

    /// One word, as the API says it.
    default String word() {
        return switch (this) {
            case Waiting _ -> "waiting";
            case Making _ -> "being_made";
            case Ready _ -> "ready";
            case Useless _ -> "useless";
            case Failed _ -> "failed";
        };
    }

    /// Why it is not ready; empty where the word says all.
    default String reason() {
        return switch (this) {
            case Waiting _, Making _, Ready _ -> "";
            case Useless(String why, long _, long _) -> why;
            case Failed failed ->
                    failed.fault()
                            + (failed.isGivenUp()
                                    ? "; given up after "
                                            + failed.tries()
                                            + " tries, until the server starts again"
                                    : "; will be tried again");
        };
    }
}
