// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.lab;

import dev.evenkeel.boot.BootRecord;
import dev.evenkeel.boot.BootRecords;
import dev.evenkeel.boot.DiskLayout;
import dev.evenkeel.boot.DiskSlice;
import dev.evenkeel.boot.StatePartition;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;

/// A disk as a release brings it, but small: the partitions, an empty data filesystem, an empty
/// state partition, the boot record of a new device.
final class FactoryDisk {
    private FactoryDisk() {}

    static Path make(Path folder) throws IOException {
        DiskLayout layout = DiskLayout.of(4 << 20, 16 << 20, 4 << 20);
        Path image = folder.resolve("disk.img");
        setLength(image, layout.diskBytes());
        Path script = Files.writeString(folder.resolve("table"), layout.toSfdisk(new UUID(1, 2)));
        TestGuest.run(folder, "sh", "-c", "sfdisk -q disk.img < " + script.getFileName());
        Path data = folder.resolve("data.img");
        setLength(data, layout.partition("data").sizeBytes());
        TestGuest.run(folder, "mkfs.ext4", "-q", data.toString());
        long mebibyte = layout.partition("data").offset() >> 20;
        TestGuest.run(
                folder,
                "dd",
                "if=data.img",
                "of=disk.img",
                "bs=1M",
                "seek=" + mebibyte,
                "conv=notrunc,sparse");
        try (VolatileDisk disk = VolatileDisk.open(image);
                DiskSlice first = DiskSlice.partition(disk, "env-0");
                DiskSlice second = DiskSlice.partition(disk, "env-1");
                DiskSlice state = DiskSlice.partition(disk, "state")) {
            StatePartition.format(state);
            new BootRecords(first, second).store(BootRecord.FACTORY);
        }
        return image;
    }

    private static void setLength(Path file, long bytes) throws IOException {
        try (var open = new RandomAccessFile(file.toFile(), "rw")) {
            open.setLength(bytes);
        }
    }
}
