// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.boot;

import dev.evenkeel.core.Disk;
import java.io.IOException;

/// A boot record in U-Boot's own redundant environment, for boards whose U-Boot keeps one: the flag
/// byte tells which copy is newer, `seq` only says what was written.
public final class RedundantRecords implements BootRecordStore {
    private final RecordPair pair;

    /// Over the partitions env-0 and env-1.
    public RedundantRecords(Disk first, Disk second) {
        this.pair = new RecordPair(RecordCodec.REDUNDANT, first, second);
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
