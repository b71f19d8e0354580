// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.lab;

import dev.evenkeel.boot.BootRecord;
import dev.evenkeel.boot.BootRecordStore;
import dev.evenkeel.boot.BootRecords;
import dev.evenkeel.boot.DiskSlice;
import java.io.IOException;

/// What must hold of a device that has come to rest after a torture, its power cut for the last
/// time: what the server has been told, held against the device's own disk.
///
/// @param cuts that it has suffered
/// @param cutsAfterArming those of them that came once its new release had been started on trial
record Aftermath(DeviceUnderTest device, TortureOptions options, int cuts, int cutsAfterArming) {
    /// What a cut may cost to fetch again: what the agent writes between two flushes of the slot,
    /// and what lies in buffers between it and the server.
    private static final long BYTES_PER_CUT = (4L << 20) + (2L << 20);

    /// @param rested what the server says
    /// @throws BrokenPromise when one does not hold
    /// @throws LabFailure when the disk was never asked to flush, so that nothing was shown
    void mustHold(DemoDevice rested) throws IOException {
        device.disk().powerOn();
        new Witness(options.programs()).mustBeIntact(device.disk());
        cutsMustExplainAFallback(rested);
        bootRecordMustAgree(rested);
        bytesMustHaveBeenServedOnce(rested);
        if (device.kernelFlushes() < 1) {
            throw new LabFailure(
                    "no flush of the device's kernel reached its disk: whatever this shows, it is"
                            + " not how it survives power cuts");
        }
    }

    /// A cut costs one attempt at most.
    private void cutsMustExplainAFallback(DemoDevice rested) {
        boolean hasFallenBack = rested.hasCommitted(options.factory());
        if (!hasFallenBack || cutsAfterArming >= BootRecord.ATTEMPTS) return;
        throw new BrokenPromise(
                "rolled back after "
                        + cutsAfterArming
                        + " cuts in its trial, though it has "
                        + BootRecord.ATTEMPTS
                        + " attempts: "
                        + rested);
    }

    private void bootRecordMustAgree(DemoDevice rested) throws IOException {
        try (DiskSlice first = DiskSlice.partition(device.disk(), "env-0");
                DiskSlice second = DiskSlice.partition(device.disk(), "env-1")) {
            BootRecordStore.Loaded loaded = new BootRecords(first, second).load();
            BootRecord record = loaded.record();
            boolean agrees =
                    !loaded.isDefault()
                            && record.trial().isEmpty()
                            && rested.running()
                                    .filter(running -> running.slot() == record.first())
                                    .isPresent();
            if (agrees) return;
            throw new BrokenPromise(
                    "the server has been told: " + rested + "; the boot record says " + loaded);
        }
    }

    private void bytesMustHaveBeenServedOnce(DemoDevice rested) {
        if (rested.payloadBytesServed() <= options.bytesNeeded() + cuts * BYTES_PER_CUT) return;
        throw new BrokenPromise(
                "the server sent "
                        + rested.payloadBytesServed()
                        + " bytes for an update of "
                        + options.bytesNeeded()
                        + ", more than "
                        + cuts
                        + " cuts explain");
    }
}
