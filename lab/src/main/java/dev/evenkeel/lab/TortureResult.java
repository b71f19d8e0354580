// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.lab;

import java.util.List;

/// What became of one device.
///
/// @param seed replays its cuts
/// @param why of a brick, what was broken; else what the server says
/// @param cuts that came, each with its place
/// @param kernelFlushes that arrived at the disk from the device's kernel
/// @param bytesServed payload that the server sent to it
/// @param slowestRecoverySeconds from a cut until the device spoke to its server again
record TortureResult(
        long seed,
        Outcome outcome,
        String why,
        List<Cut> cuts,
        int boots,
        long kernelFlushes,
        long bytesServed,
        double slowestRecoverySeconds,
        double cpuSeconds,
        double seconds) {
    enum Outcome {
        COMMITTED,
        ROLLED_BACK,
        /// Did not come to rest by itself, or broke a promise.
        BRICK
    }

    /// A cut that came.
    record Cut(CutPoint point, PowerCut cut) {
        @Override
        public String toString() {
            return point
                    + " ("
                    + cut.keptWrites()
                    + " kept, "
                    + cut.tornWrites()
                    + " torn, "
                    + cut.lostWrites()
                    + " lost)";
        }
    }

    TortureResult {
        cuts = List.copyOf(cuts);
    }

    boolean isBrick() {
        return outcome == Outcome.BRICK;
    }
}
