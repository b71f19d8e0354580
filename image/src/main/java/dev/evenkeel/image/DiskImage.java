// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.image;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.evenkeel.boot.BootRecord;
import dev.evenkeel.boot.BootRecords;
import dev.evenkeel.boot.BootScript;
import dev.evenkeel.boot.DiskLayout;
import dev.evenkeel.boot.DiskSlice;
import dev.evenkeel.boot.StatePartition;
import dev.evenkeel.core.Disk;
import dev.evenkeel.core.Slot;
import dev.evenkeel.image.blueprint.Blueprint.Layout;
import dev.evenkeel.image.tree.Node;
import dev.evenkeel.image.tree.TarFormat;
import dev.evenkeel.image.tree.Tree;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/// The factory disk: the whole disk of a new device with this release in slot A, an empty slot B, a
/// fresh boot record, state, data and log. Sparse; nothing is mounted.
final class DiskImage {
    private static final int ESP_SERIAL = 0x454b4553;
    private static final int BLOCK_BYTES = 64 << 10;

    /// So that the initramfs and a healed log partition are the same for every device. Groups of 32
    /// MiB, so that a small partition too has a second superblock to be repaired from.
    static final List<String> SMALL_GROUPS = List.of("-b", "4096", "-g", "8192");

    private static final UUID DATA = UUID.fromString("4556454e-4b45-4c00-8000-000000000009");

    private DiskImage() {}

    static void make(Path disk, Path slotImage, Path bootImage, Tree root, Build build)
            throws IOException {
        Layout sizes = build.blueprint().layout();
        DiskLayout layout = DiskLayout.of(sizes.slotBytes(), sizes.dataBytes(), sizes.logBytes());
        try (var file = new RandomAccessFile(disk.toFile(), "rw")) {
            file.setLength(layout.diskBytes());
        }
        partition(disk, layout, build);
        Path esp = build.path("esp.img");
        makeEsp(esp, build);
        Path data = build.path("data.img");
        makeExt4(data, "data", DATA, sizes.dataBytes(), SMALL_GROUPS, build);
        Path log = build.path("log.img");
        UUID logId =
                UUID.fromString(
                        new String(
                                        DeviceFiles.bytes(
                                                "root/usr/lib/evenkeel/partitions/log.uuid"),
                                        UTF_8)
                                .strip());
        makeExt4(
                log,
                "log",
                logId,
                sizes.logBytes(),
                List.of("-d", skeleton(root, build).toString()),
                build);
        try (Disk whole = new FileDisk(disk)) {
            copy(esp, whole, layout.partition("esp"));
            copy(bootImage, whole, layout.partition(DiskLayout.boot(Slot.A)));
            copy(slotImage, whole, layout.partition(DiskLayout.slot(Slot.A)));
            copy(data, whole, layout.partition("data"));
            copy(log, whole, layout.partition("log"));
            StatePartition.format(DiskSlice.partition(whole, "state"));
            var records =
                    new BootRecords(
                            DiskSlice.partition(whole, "env-0"),
                            DiskSlice.partition(whole, "env-1"));
            // both copies: the second write replaces the one that is still empty
            records.store(BootRecord.FACTORY);
            records.store(BootRecord.FACTORY);
        }
    }

    private static void partition(Path disk, DiskLayout layout, Build build) throws IOException {
        UUID id = SlotImage.uuid(SlotImage.derived(build.lock().digest(), "disk"));
        Path script = build.path("partitions.sfdisk");
        Files.writeString(script, layout.toSfdisk(id));
        build.sandbox()
                .child(
                        "writing the partition table",
                        "sfdisk",
                        "--quiet",
                        "--no-reread",
                        "--no-tell-kernel",
                        "--lock=no",
                        disk.toString())
                .reading(script)
                .run();
    }

    private static void makeEsp(Path esp, Build build) throws IOException {
        Path source = build.path("boot.cmd");
        Path script = build.path("boot.scr");
        Files.writeString(source, BootScript.text());
        build.sandbox()
                .child(
                        "making the boot script",
                        "mkimage",
                        "-A",
                        "x86",
                        "-T",
                        "script",
                        "-C",
                        "none",
                        "-n",
                        "evenkeel",
                        "-d",
                        source.toString(),
                        script.toString())
                .with("SOURCE_DATE_EPOCH", Long.toString(Times.FIXED.getEpochSecond()))
                .run();
        FatImage.make(
                esp,
                DiskLayout.ESP_BYTES,
                "ESP",
                ESP_SERIAL,
                List.of("-F", "32", "-s", "1"),
                Map.of("boot.scr", Files.readAllBytes(script)),
                build);
    }

    private static void makeExt4(
            Path image, String label, UUID id, long sizeBytes, List<String> more, Build build)
            throws IOException {
        try (var file = new RandomAccessFile(image.toFile(), "rw")) {
            file.setLength(sizeBytes);
        }
        var command =
                new ArrayList<>(
                        List.of(
                                "mkfs.ext4",
                                "-q",
                                "-F",
                                "-L",
                                label,
                                "-U",
                                id.toString(),
                                "-E",
                                "hash_seed="
                                        + id
                                        + ",root_owner=0:0,lazy_itable_init=0,lazy_journal_init=0,nodiscard"));
        command.addAll(more);
        command.add(image.toString());
        build.sandbox()
                .child("formatting the " + label + " partition", command)
                .with("SOURCE_DATE_EPOCH", Long.toString(Times.FIXED.getEpochSecond()))
                .run();
    }

    /// What a fresh log partition holds, as an archive: the same list by which the initramfs makes
    /// it again.
    private static Path skeleton(Tree root, Build build) throws IOException {
        var tree = new Tree(Times.FIXED);
        for (String line : DeviceFiles.lines("root/usr/lib/evenkeel/partitions/log.skeleton")) {
            String[] words = line.split("\\s+", 4);
            tree.put(
                    words[3],
                    new Node.Folder(
                            Integer.parseInt(words[0], 8),
                            idOf(root, "etc/passwd", words[1]),
                            idOf(root, "etc/group", words[2]),
                            Times.FIXED));
        }
        Path archive = build.path("log-skeleton.tar");
        TarFormat.write(tree, archive);
        return archive;
    }

    private static int idOf(Tree root, String file, String name) throws IOException {
        Node.File found =
                root.file(file)
                        .orElseThrow(() -> new BuildFault.WrongTree("the tree has no /" + file));
        return new String(found.content().bytes(), UTF_8)
                .lines()
                .map(line -> line.split(":", -1))
                .filter(fields -> fields[0].equals(name))
                .map(fields -> Integer.parseInt(fields[2]))
                .findFirst()
                .orElseThrow(() ->
                        new BuildFault.WrongTree(
                                "/"
                                        + file
                                        + " has no '"
                                        + name
                                        + "', to whom part of the log belongs"));
    }

    /// Copies what is not zero, so that the disk image stays sparse.
    private static void copy(Path image, Disk disk, DiskLayout.Partition partition)
            throws IOException {
        byte[] zeros = new byte[BLOCK_BYTES];
        try (InputStream in = Files.newInputStream(image)) {
            long at = partition.offset();
            for (byte[] block = in.readNBytes(BLOCK_BYTES);
                    block.length > 0;
                    block = in.readNBytes(BLOCK_BYTES)) {
                if (!Arrays.equals(block, 0, block.length, zeros, 0, block.length))
                    disk.write(at, ByteBuffer.wrap(block));
                at += block.length;
            }
        }
    }
}
