// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.image;

import dev.evenkeel.image.blueprint.Blueprint;
import dev.evenkeel.image.lock.Lock;
import java.time.Instant;

/// The times that a tree carries. Files of packages keep their own; what the build makes gets the
/// release's time; folders, links and the agent always have the same one, so that they are the same
/// bytes from one release to the next, and an AOT cache, which checks the times of the jars, fits.
final class Times {
    /// Of folders, links and the agent: 2025-01-01.
    static final Instant FIXED = Instant.ofEpochSecond(1_735_689_600);

    private Times() {}

    /// The release's time: the newest date of its archives, or what the blueprint says.
    static Instant release(Blueprint blueprint, Lock lock) {
        return blueprint.built().orElseGet(lock::date);
    }
}
