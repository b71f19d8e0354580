// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.agent;

import dev.evenkeel.boot.BootRecord;
import dev.evenkeel.core.BootId;
import dev.evenkeel.core.HealthPolicy;
import dev.evenkeel.core.Slot;
import java.util.List;
import java.util.Optional;

/// What a boot means for the update that the journal tells of, from what the boot script said and
/// left in the boot record. No I/O.
///
/// @param boot this boot
/// @param slot that runs
/// @param saysTrial what the kernel command line says
/// @param record as it is now, written by the boot script and perhaps by us since
/// @param running what runs, by its own word
/// @param isHomeless whether no committed release is known in the slot that runs
/// @param whyLeft why the agent let the other slot run out of attempts; empty when it did not
record BootJudge(
        BootId boot,
        Slot slot,
        boolean saysTrial,
        BootRecord record,
        RunningRelease running,
        boolean isHomeless,
        String whyLeft) {
    UpdateEvent judge(Journal journal) {
        boolean judged = journal.judged().equals(Optional.of(boot));
        if (judged) return new UpdateEvent.Resumed();
        if (saysTrial && record.isOnTrial(slot)) {
            return new UpdateEvent.BootedOnTrial(
                    journal.stage()
                            .currentUpdate()
                            .filter(update -> update.slot() == slot)
                            .orElseGet(() -> unknownUpdate(journal)));
        }
        return switch (journal.stage()) {
            case UpdateStage.Preparing preparing -> judgePreparing(preparing.update());
            case UpdateStage.Leaving leaving -> judgeArmed(leaving, leaving.update());
            case UpdateStage.OnTrial trial -> judgeTrial(trial);
            case UpdateStage.Resting resting -> judgeResting(resting);
        };
    }

    private UpdateEvent judgePreparing(Update update) {
        return update.slot() == slot ? fellBack(update) : new UpdateEvent.Resumed();
    }

    private UpdateEvent judgeArmed(UpdateStage.Leaving stage, Update update) {
        boolean wasArmed = record.ext().equals(update.armingMark());
        // no trial, and yet the new slot: the boot record was lost, or somebody changed it
        if (update.slot() == slot) return new UpdateEvent.BootedUnmarked(update);
        if (wasArmed && record.first() != update.slot()) return fellBack(update);
        if (stage instanceof UpdateStage.Rebooting) {
            return new UpdateEvent.CannotInstall(
                    wasArmed
                            ? "the bootloader did not boot the armed slot " + update.slot()
                            : "the boot record was lost before the reboot");
        }
        return new UpdateEvent.Resumed();
    }

    private UpdateEvent judgeTrial(UpdateStage.OnTrial stage) {
        Update update = stage.update();
        if (update.slot() != slot) return fellBack(update);
        // its commit may be stored already
        boolean isJudged = stage instanceof UpdateStage.Healthy;
        return isJudged ? new UpdateEvent.Resumed() : new UpdateEvent.BootedUnmarked(update);
    }

    private UpdateEvent judgeResting(UpdateStage.Resting stage) {
        // the release that was left runs again, and nothing would ever end that
        if (stage instanceof UpdateStage.RolledBack(Update update, _, _, _)
                && update.slot() == slot
                && isHomeless) {
            return new UpdateEvent.BootedUnmarked(update);
        }
        if (stage instanceof UpdateStage.Committed(Update update, _, _)
                && update.slot() != slot
                && record.left(update.slot()) == 0) {
            return new UpdateEvent.FellBack(BootRecord.ATTEMPTS, whyLeft);
        }
        return new UpdateEvent.Resumed();
    }

    private static UpdateEvent fellBack(Update update) {
        return new UpdateEvent.FellBack(update.release().health().attempts(), "");
    }

    /// A trial of which the journal knows nothing, because it was lost: it is judged all the same.
    private Update unknownUpdate(Journal journal) {
        var release =
                new Release(
                        running.version(),
                        Optional.empty(),
                        running.dataFormat(),
                        HealthPolicy.DEFAULT,
                        List.of());
        return new Update(journal.updates() + 1, Optional.empty(), release, slot);
    }
}
