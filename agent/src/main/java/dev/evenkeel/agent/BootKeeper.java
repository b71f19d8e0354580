// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.agent;

import dev.evenkeel.boot.BootRecord;
import dev.evenkeel.boot.BootRecordStore;
import dev.evenkeel.boot.BootRecords;
import dev.evenkeel.core.Slot;
import java.io.IOException;

/// The agent's part of the boot record. Each method loads it afresh, changes one thing and may be
/// repeated after a cut. Its lock keeps the shutdown's thread and the agent's apart.
final class BootKeeper {
    private final BootRecords records;
    private final Log log;

    BootKeeper(BootRecords records, Log log) {
        this.records = records;
        this.log = log;
    }

    synchronized BootRecord record() {
        return records.load().record();
    }

    /// Makes a broken copy good again. With both broken the default would boot slot a: what runs
    /// now is known to boot, so that becomes the record.
    synchronized void heal(Slot running, boolean trial) throws IOException {
        BootRecordStore.Loaded found = records.load();
        if (found.isSound()) return;
        log.warn(
                "boot record: healing "
                        + found.firstFault().orElse("")
                        + found.secondFault().map(fault -> " " + fault).orElse(""));
        if (found.isDefault()) {
            BootRecord now =
                    trial
                            ? BootRecord.DEFAULT.arm(running, 1)
                            : BootRecord.DEFAULT.commit(running, BootRecord.ATTEMPTS, false);
            records.store(now);
            records.store(now);
        } else {
            records.heal();
        }
    }

    /// From here on the other slot holds half a release, or one that failed: a fallback must not
    /// end there.
    synchronized void closeOther(Slot running) throws IOException {
        BootRecord record = record();
        if (record.first() != running || !record.otherAllowed()) return;
        records.store(record.commit(running, record.left(running), false));
    }

    /// The other slot failed its trial, and holds a release that was committed before: it stays a
    /// way back, and would not be on trial again.
    synchronized void endTrialOfOther(Slot running) throws IOException {
        BootRecord record = record();
        if (record.first() != running || !record.isOnTrial(running.other())) return;
        records.store(record.commit(running, record.left(running), record.otherAllowed()));
    }

    synchronized void arm(Update update) throws IOException {
        BootRecord record = record();
        if (isArmedFor(record, update)) return;
        BootRecord armed =
                records.store(
                        record.withExt(update.armingMark())
                                .arm(update.slot(), update.release().health().attempts()));
        // in both copies: one that rots before the reboot must not cost the update
        records.store(armed);
    }

    synchronized void commit(Slot slot, boolean otherAllowed) throws IOException {
        BootRecord record = record();
        if (record.first() == slot && record.trial().isEmpty()) return;
        records.store(record.commit(slot, BootRecord.ATTEMPTS, otherAllowed));
    }

    /// Gives a committed slot back the attempts that its boots took. What is on trial stays so.
    synchronized void refill(Slot running) throws IOException {
        BootRecord record = record();
        boolean isOurs = record.first() == running && !record.isOnTrial(running);
        if (!isOurs || record.left(running) >= BootRecord.ATTEMPTS) return;
        records.store(record.refill(running));
    }

    /// The user or an app reboots in good order: that must not cost an attempt.
    synchronized void giveBack(Slot running) throws IOException {
        BootRecord record = record();
        if (!record.isOnTrial(running)) {
            refill(running);
            return;
        }
        BootRecord given = record.giveBack();
        if (given.equals(record)) {
            log.warn("orderly reboot in a trial: it had its attempts back already");
            return;
        }
        records.store(given);
        log.info("orderly reboot in a trial: gave the attempt back");
    }

    static boolean isArmedFor(BootRecord record, Update update) {
        return record.first() == update.slot()
                && record.isOnTrial(update.slot())
                && record.ext().equals(update.armingMark());
    }
}
