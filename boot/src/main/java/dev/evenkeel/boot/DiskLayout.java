// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.boot;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.evenkeel.core.MalformedInput;
import dev.evenkeel.core.Slot;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/// The partitions of the reference device: order, names, types, sizes, and where each begins. The
/// boot script finds them by number, the initramfs and the agent by name. Table:
/// `docs/formats/disk-layout.md`.
public record DiskLayout(List<Partition> partitions) {
    /// Partitions begin and end at multiples of it.
    public static final long ALIGNMENT_BYTES = 1 << 20;

    /// Type of the partition with the firmware's files.
    public static final UUID ESP = UUID.fromString("c12a7328-f81f-11d2-ba4b-00a0c93ec93b");

    /// Type of a U-Boot environment.
    public static final UUID UBOOT_ENVIRONMENT =
            UUID.fromString("3de21764-95bd-54bd-a5c3-4abe786f38a8");

    /// Our own type, so that nobody takes the state for a filesystem to repair.
    public static final UUID EVENKEEL_STATE =
            UUID.fromString("6a1f4c0e-93d5-4e0b-8a57-2f6d9be41c35");

    /// Type of the boot partitions, which are FAT.
    public static final UUID BASIC_DATA = UUID.fromString("ebd0a0a2-b9e5-4433-87c0-68b6b72699c7");

    /// Type of slots, data and log. Not the types that systemd mounts by itself: which slot is the
    /// root is decided by the boot record alone.
    public static final UUID LINUX_DATA = UUID.fromString("0fc63daf-8483-4772-8e79-3d69d8477de4");

    public static final long ESP_BYTES = 33L << 20;
    public static final long ENV_BYTES = 1L << 20;
    public static final long BOOT_BYTES = 32L << 20;

    /// One partition; offset and size in bytes.
    public record Partition(int number, String name, UUID type, long offset, long sizeBytes) {}

    public DiskLayout {
        partitions = List.copyOf(partitions);
    }

    /// The layout for these sizes, each rounded up to [#ALIGNMENT_BYTES].
    public static DiskLayout of(long slotBytes, long dataBytes, long logBytes) {
        var layout = new ArrayList<Partition>();
        add(layout, "esp", ESP, ESP_BYTES);
        add(layout, "env-0", UBOOT_ENVIRONMENT, ENV_BYTES);
        add(layout, "env-1", UBOOT_ENVIRONMENT, ENV_BYTES);
        add(layout, "state", EVENKEEL_STATE, StatePartition.SIZE_BYTES);
        add(layout, boot(Slot.A), BASIC_DATA, BOOT_BYTES);
        add(layout, slot(Slot.A), LINUX_DATA, slotBytes);
        add(layout, boot(Slot.B), BASIC_DATA, BOOT_BYTES);
        add(layout, slot(Slot.B), LINUX_DATA, slotBytes);
        add(layout, "data", LINUX_DATA, dataBytes);
        add(layout, "log", LINUX_DATA, logBytes);
        return new DiskLayout(layout);
    }

    /// Name of the partition with the boot files of a slot.
    public static String boot(Slot slot) {
        return "boot-" + slot;
    }

    /// Name of the partition with the root filesystem of a slot.
    public static String slot(Slot slot) {
        return "slot-" + slot;
    }

    public Partition partition(String name) {
        return partitions.stream()
                .filter(partition -> partition.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new MalformedInput("no partition '" + name + "' in the layout"));
    }

    /// Size of a disk that holds it all, the backup of the partition table included.
    public long diskBytes() {
        Partition last = partitions.getLast();
        return last.offset() + last.sizeBytes() + ALIGNMENT_BYTES;
    }

    /// The script from which sfdisk(8) makes this table, the same table for the same id.
    public String toSfdisk(UUID diskId) {
        var script = new StringBuilder("label: gpt\nlabel-id: " + diskId + "\nunit: sectors\n");
        script.append("first-lba: 2048\nsector-size: " + Gpt.SECTOR_BYTES + "\n\n");
        for (Partition partition : partitions) {
            script.append("start=" + partition.offset() / Gpt.SECTOR_BYTES)
                    .append(", size=" + partition.sizeBytes() / Gpt.SECTOR_BYTES)
                    .append(", type=" + partition.type())
                    .append(", uuid=" + partitionId(diskId, partition))
                    .append(", name=\"" + partition.name() + "\"\n");
        }
        return script.toString();
    }

    private static UUID partitionId(UUID diskId, Partition partition) {
        return UUID.nameUUIDFromBytes((diskId + "/" + partition.name()).getBytes(UTF_8));
    }

    private static void add(List<Partition> layout, String name, UUID type, long sizeBytes) {
        if (sizeBytes <= 0) throw new MalformedInput("partition " + name + " has no size");
        Partition before = layout.isEmpty() ? null : layout.getLast();
        long offset = before == null ? ALIGNMENT_BYTES : before.offset() + before.sizeBytes();
        long size = Math.ceilDiv(sizeBytes, ALIGNMENT_BYTES) * ALIGNMENT_BYTES;
        layout.add(new Partition(layout.size() + 1, name, type, offset, size));
    }
}
