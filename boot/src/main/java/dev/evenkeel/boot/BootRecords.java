// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.boot;

import dev.evenkeel.core.Disk;
import java.io.IOException;

/// The boot record of the reference device: two plain U-Boot environments whose `seq` tells which
/// is newer. Shared with the boot script, which writes one of them before every boot.
public final class BootRecords implements BootRecordStore {
    private final RecordPair pair;

    /// Over the partitions env-0 and env-1.
    public BootRecords(Disk first, Disk second) {
        this.pair = new RecordPair(RecordCodec.PLAIN, first, second);
    }

    @Override
    public Loaded load() {
        return pair.load();
    }

    @Override
    public BootRecord store(BootRecord record) throws IOException {
        return pair.store(record);
    }
}
