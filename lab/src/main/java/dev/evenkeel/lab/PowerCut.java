// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.lab;

/// What one power cut did to the writes that were completed but not flushed.
///
/// @param seed replays the same choice over the same writes
/// @param keptWrites reached the medium whole
/// @param tornWrites reached it in part
/// @param lostWrites did not reach it
/// @param overtakingWrites of the kept and torn ones, those that reached the medium although an
///   older one was lost
public record PowerCut(
        long seed, int keptWrites, int tornWrites, int lostWrites, int overtakingWrites) {
    @Override
    public String toString() {
        return "power cut (seed "
                + seed
                + "): of the unflushed writes "
                + keptWrites
                + " kept, "
                + tornWrites
                + " torn, "
                + lostWrites
                + " lost";
    }
}
