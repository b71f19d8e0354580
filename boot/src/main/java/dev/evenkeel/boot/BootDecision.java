// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.boot;

import dev.evenkeel.core.Slot;

/// What the bootloader does with a boot record.
///
/// @param slot boots
/// @param left attempts of that slot after this one
/// @param trial whether this boot is on trial
/// @param fallback whether this boot leaves the slot that was first
/// @param record written before anything of the slot is touched, so that a power cut counts as an
///   attempt
public record BootDecision(
        Slot slot, int left, boolean trial, boolean fallback, BootRecord record) {
    /// By the table that every device runs.
    public static BootDecision decide(BootRecord found) {
        return BootTable.SHIPPED.decide(found);
    }
}
