// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.boot;

import dev.evenkeel.core.Slot;

/// What the boot script does with a boot record: the same rules, for simulators and for a test that
/// runs the script beside them.
///
/// @param slot boots
/// @param left attempts of that slot after this one
/// @param trial whether this boot is on trial
/// @param fallback whether this boot leaves the slot that was first
/// @param record written before anything of the slot is touched, so that a power cut counts as an
///   attempt
public record BootDecision(
        Slot slot, int left, boolean trial, boolean fallback, BootRecord record) {
    public static BootDecision decide(BootRecord found) {
        boolean fallback = found.left(found.first()) == 0 && found.otherAllowed();
        BootRecord chosen =
                fallback
                        ? found.fallenBack().withLeft(found.first().other(), BootRecord.ATTEMPTS)
                        : found;
        Slot slot = chosen.first();
        // with none left and no way out the slot is tried for ever
        int left = Math.max(0, chosen.left(slot) - 1);
        BootRecord written = chosen.withLeft(slot, left).following(found.sequence());
        return new BootDecision(slot, left, chosen.isOnTrial(slot), fallback, written);
    }
}
