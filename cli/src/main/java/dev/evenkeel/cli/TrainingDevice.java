// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.cli;

import dev.evenkeel.boot.BootDecision;
import dev.evenkeel.boot.BootRecord;
import dev.evenkeel.boot.BootRecords;
import dev.evenkeel.boot.Region;
import dev.evenkeel.boot.StatePartition;
import dev.evenkeel.core.Version;
import dev.evenkeel.core.message.Provisioning;
import dev.evenkeel.linux.BlockDevice;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;

/// A folder that stands for a device (docs/guides/agent.md): its partitions are files, and a boot
/// is what boot script and kernel would say.
final class TrainingDevice {
    private static final long PARTITION_BYTES = 2L * TrainingRelease.SLOT_BYTES;
    private static final List<String> PARTITIONS =
            List.of("env-0", "env-1", "boot-a", "slot-a", "boot-b", "slot-b");

    private final Path folder;

    /// A new device that knows its server.
    TrainingDevice(Path folder, Provisioning provisioning) throws IOException {
        this(folder, provisioning, PARTITION_BYTES);
    }

    /// One whose partitions have another size.
    TrainingDevice(Path folder, Provisioning provisioning, long partitionBytes) throws IOException {
        this.folder = Files.createDirectories(folder);
        for (String name : PARTITIONS) allocate(name, partitionBytes);
        allocate("state", StatePartition.SIZE_BYTES);
        try (var state = BlockDevice.open(folder.resolve("state"), true)) {
            StatePartition.format(state);
            new StatePartition(state).write(Region.PROVISIONING, provisioning.toBytes());
        }
        try (var first = BlockDevice.open(folder.resolve("env-0"), true);
                var second = BlockDevice.open(folder.resolve("env-1"), true)) {
            new BootRecords(first, second).store(BootRecord.FACTORY);
        }
    }

    Path folder() {
        return folder;
    }

    /// Boots, healthy at once, into the slot that the boot record says.
    ///
    /// @param release that lies there
    void boot(Version release) throws IOException {
        BootDecision decision = decide();
        write("boot_id", UUID.randomUUID().toString());
        write(
                "cmdline",
                "evenkeel.slot="
                        + decision.slot()
                        + " evenkeel.trial="
                        + (decision.trial() ? 1 : 0));
        write(
                "release.json",
                "{\"name\":\"training\",\"release\":\""
                        + release
                        + "\",\"device_type\":\""
                        + DemoFleet.DEVICE_TYPE
                        + "\",\"data_format\":"
                        + TrainingRelease.DATA_FORMAT.toJson()
                        + "}");
        Files.createDirectories(folder.resolve("run/evenkeel"));
        write("run/evenkeel/boot", "data=ok\nlog=ok\n");
        write("run/evenkeel/health", "verdict=green\n");
        Files.deleteIfExists(folder.resolve("reboot-requested"));
    }

    private BootDecision decide() throws IOException {
        try (var first = BlockDevice.open(folder.resolve("env-0"), true);
                var second = BlockDevice.open(folder.resolve("env-1"), true)) {
            var records = new BootRecords(first, second);
            BootDecision decision = BootDecision.decide(records.load().record());
            records.store(decision.record());
            return decision;
        }
    }

    private void write(String name, String text) throws IOException {
        Files.writeString(folder.resolve(name), text);
    }

    private void allocate(String name, long sizeBytes) throws IOException {
        try (var file = new RandomAccessFile(folder.resolve(name).toFile(), "rw")) {
            file.setLength(sizeBytes);
        }
    }
}
