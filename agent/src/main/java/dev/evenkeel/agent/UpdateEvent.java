// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.agent;

import dev.evenkeel.core.message.BootReport;
import dev.evenkeel.core.message.FetchTerms;

/// Something that happened to an update.
sealed interface UpdateEvent {
    /// An assigned release passed every check before the first byte.
    record Accepted(Update update) implements UpdateEvent {}

    /// An assigned release did not.
    record Refused(BootReport.Subject subject, String reason) implements UpdateEvent {}

    /// What the update under way may fetch is another now.
    record TermsChanged(FetchTerms terms) implements UpdateEvent {}

    /// The server does not assign the release any more: halted, aborted or replaced.
    record Withdrawn() implements UpdateEvent {}

    /// The agent started, or a wait is over: the stage's effect is due again.
    record Resumed() implements UpdateEvent {}

    /// This boot is a trial of the slot.
    record BootedOnTrial(Update update) implements UpdateEvent {}

    /// This boot runs the update's slot, which was never committed, and the boot record does not
    /// say that it is a trial, because it was lost: no deadline stands behind this boot.
    record BootedUnmarked(Update update) implements UpdateEvent {}

    /// The bootloader gave up on the slot and booted the other one.
    ///
    /// @param why what is known about a committed slot; empty when nothing is
    record FellBack(int attempts, String why) implements UpdateEvent {}

    record PlanMade() implements UpdateEvent {}

    /// Every chunk stands in the slot and was flushed.
    record Written() implements UpdateEvent {}

    /// The whole slot was read back from the medium and is what the manifest says.
    record Verified() implements UpdateEvent {}

    record SlotDiffers(String what) implements UpdateEvent {}

    /// Nothing that time or another carrier could cure.
    record CannotInstall(String reason) implements UpdateEvent {}

    record ArmStored() implements UpdateEvent {}

    /// Required checks green, and stable for as long as the release asks.
    ///
    /// @param attempts boots that the trial used
    record HealthPassed(int attempts) implements UpdateEvent {}

    record HealthFailed(String reason) implements UpdateEvent {}

    record CommitStored() implements UpdateEvent {}

    /// The boot report that settles the update is queued durably.
    record Reported() implements UpdateEvent {}

    /// An operator on the device wants the other slot's committed release.
    record RollbackAsked(Update update) implements UpdateEvent {}
}
