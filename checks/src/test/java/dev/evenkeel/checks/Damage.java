// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.checks;

import dev.evenkeel.boot.BootRecord;
import dev.evenkeel.boot.BootRecordStore;
import dev.evenkeel.boot.BootRecords;
import dev.evenkeel.boot.DiskSlice;
import dev.evenkeel.core.Digest;
import dev.evenkeel.lab.VolatileDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Random;

/// What happens to the disk of a device that is switched off: bits rot, boots are counted down. And
/// a look at what is there.
record Damage(Path disk) {
    private static final int BLOCK_BYTES = 1 << 20;

    /// Overwrites a whole partition with noise.
    void destroy(String partition, long seed) throws IOException {
        try (VolatileDisk whole = VolatileDisk.open(disk)) {
            DiskSlice slice = DiskSlice.partition(whole, partition);
            overwrite(slice, 0, slice.sizeBytes(), seed);
        }
    }

    void destroy(String partition, long offset, long length, long seed) throws IOException {
        try (VolatileDisk whole = VolatileDisk.open(disk)) {
            overwrite(DiskSlice.partition(whole, partition), offset, length, seed);
        }
    }

    void zero(String partition, long offset, int length) throws IOException {
        try (VolatileDisk whole = VolatileDisk.open(disk)) {
            DiskSlice.partition(whole, partition).write(offset, ByteBuffer.wrap(new byte[length]));
            whole.flush();
        }
    }

    private static void overwrite(DiskSlice slice, long offset, long length, long seed)
            throws IOException {
        var random = new Random(seed);
        for (long at = offset; at < offset + length; at += BLOCK_BYTES) {
            var noise = new byte[(int) Math.min(BLOCK_BYTES, offset + length - at)];
            random.nextBytes(noise);
            slice.write(at, ByteBuffer.wrap(noise));
        }
        slice.flush();
    }

    Digest digest(String partition) throws IOException {
        try (VolatileDisk whole = VolatileDisk.open(disk)) {
            DiskSlice slice = DiskSlice.partition(whole, partition);
            var content = ByteBuffer.allocate((int) slice.sizeBytes());
            slice.read(0, content);
            return Digest.of(content.array());
        }
    }

    /// Both copies then hold the record.
    void write(BootRecord record) throws IOException {
        try (VolatileDisk whole = VolatileDisk.open(disk)) {
            BootRecordStore records = records(whole);
            records.store(records.store(record));
        }
    }

    static BootRecords records(VolatileDisk whole) throws IOException {
        return new BootRecords(
                DiskSlice.partition(whole, "env-0"), DiskSlice.partition(whole, "env-1"));
    }
}
