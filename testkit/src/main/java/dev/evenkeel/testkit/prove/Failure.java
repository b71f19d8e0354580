// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.testkit.prove;

/// A promise that a proof saw broken.
///
/// @param seed replays it: scenario, then how each power-on ended
/// @param cuts that it takes
public record Failure(Promise promise, String how, String seed, int cuts) {
    /// How many power-ons it takes; the shortest failure is shown first.
    int length() {
        return seed.split("/").length;
    }
}
