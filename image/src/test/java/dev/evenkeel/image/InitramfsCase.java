// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.image;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/// One device as the initramfs script finds it, and what the script made of it.
final class InitramfsCase {
    static final String ROOT_HASH = "5e".repeat(32);
    static final String SALT = "0a".repeat(32);
    private static final List<String> PARTITIONS =
            List.of("esp", "env-0", "env-1", "state", "boot-a", "slot-a", "boot-b", "slot-b");

    private final InitramfsBench bench;
    private final Path folder;
    private final Path root;
    private final Map<String, String> arguments = new LinkedHashMap<>();

    private InitramfsCase(InitramfsBench bench, Path folder) {
        this.bench = bench;
        this.folder = folder;
        this.root = folder.resolve("root");
    }

    static InitramfsCase make(InitramfsBench bench, Path folder) throws IOException {
        var made = new InitramfsCase(bench, folder);
        made.makeRoot();
        made.makeDisk("vda");
        made.format("data", Map.of("user", "precious"));
        made.format("log", Map.of());
        made.argument("slot", "b")
                .argument("trial", "1")
                .argument("left", "2")
                .argument("seq", "1");
        made.argument("copies", "01").argument("fallback", "0");
        made.argument("verity_root", ROOT_HASH).argument("verity_salt", SALT);
        return made.argument("verity_blocks", "18000").argument("verity_hash_offset", "73728000");
    }

    private void makeRoot() throws IOException {
        for (String name :
                List.of(
                        "bin",
                        "sbin",
                        "slot",
                        "case",
                        "dev",
                        "realproc",
                        "sys",
                        "lib/modules",
                        "proc/sys/kernel/random")) {
            Files.createDirectories(root.resolve(name));
        }
        Files.copy(bench.busybox(), root.resolve("bin/busybox"));
        Files.write(root.resolve("init"), DeviceFiles.bytes("initramfs/init"));
        InitramfsBench.resource(root, "fakes.sh");
        Path dmsetup = root.resolve("sbin/dmsetup");
        Files.writeString(
                dmsetup,
                "#!/bin/busybox sh\necho dmsetup \"$*\" >>/calls\n! [ -e /case/no-verity ]\n");
        Files.setPosixFilePermissions(dmsetup, Files.getPosixFilePermissions(bench.busybox()));
        Files.writeString(
                root.resolve("lib/modules.load"),
                "/lib/modules/i6300esb.ko\n/lib/modules/virtio_blk.ko\n");
        Files.writeString(root.resolve("proc/mounts"), "");
        Files.writeString(
                root.resolve("proc/sys/kernel/random/uuid"),
                "0f0f0f0f-1111-2222-3333-444444444444\n");
    }

    /// A disk with all of a device's partitions.
    InitramfsCase makeDisk(String name) throws IOException {
        int number = 0;
        for (String partition : PARTITIONS) partition(name, ++number, partition);
        partition(name, ++number, "data");
        return partition(name, ++number, "log");
    }

    private InitramfsCase partition(String disk, int number, String name) throws IOException {
        Path folder = root.resolve("sys/block").resolve(disk).resolve(disk + number);
        Files.createDirectories(folder);
        Files.writeString(
                folder.resolve("uevent"),
                "DEVNAME=" + disk + number + "\nDEVTYPE=partition\nPARTNAME=" + name + "\n");
        Path device = root.resolve("dev/" + disk + number);
        if (!Files.exists(device)) Files.createFile(device);
        return this;
    }

    InitramfsCase withoutPartition(String name) throws IOException {
        int number = PARTITIONS.indexOf(name) + 1;
        Files.delete(root.resolve("sys/block/vda/vda" + number + "/uevent"));
        return this;
    }

    /// What the watchdog's driver says about the boot before.
    InitramfsCase bootStatus(String number) throws IOException {
        Path folder = Files.createDirectories(root.resolve("sys/class/watchdog/watchdog0"));
        Files.writeString(folder.resolve("bootstatus"), number + "\n");
        return this;
    }

    /// Sets `evenkeel.<name>`; an empty value leaves it out.
    InitramfsCase argument(String name, String value) {
        arguments.put(name, value);
        return this;
    }

    /// Lets something go wrong; `initramfs/fakes.sh` knows what.
    InitramfsCase wrong(String what) throws IOException {
        Files.writeString(root.resolve("case").resolve(what), "");
        return this;
    }

    /// A fresh filesystem with these files.
    InitramfsCase format(String partition, Map<String, String> files) throws IOException {
        bench.format(emptied(partition), content(partition, files));
        return sized(partition);
    }

    /// The same for the data partition, as the builder makes it: large enough for a second
    /// superblock.
    InitramfsCase formatDataAsBuilt(Map<String, String> files) throws IOException {
        bench.formatInGroups(emptied("data"), content("data", files));
        return sized("data");
    }

    private Path emptied(String partition) throws IOException {
        Files.deleteIfExists(device(partition));
        return device(partition);
    }

    private InitramfsCase sized(String partition) throws IOException {
        Path device = device(partition);
        return size(partition, Files.size(device) / 512);
    }

    /// The size that the kernel tells.
    InitramfsCase size(String partition, long sectors) throws IOException {
        Files.writeString(
                root.resolve("sys/block/vda")
                        .resolve(device(partition).getFileName())
                        .resolve("size"),
                sectors + "\n");
        return this;
    }

    /// Zeros at the start, where the first superblock is.
    InitramfsCase loseFirstBlock(String partition) throws IOException {
        try (var file = new RandomAccessFile(device(partition).toFile(), "rw")) {
            file.write(new byte[4096]);
        }
        return this;
    }

    private Path content(String partition, Map<String, String> files) throws IOException {
        Path content = Files.createDirectories(folder.resolve("content-" + partition));
        for (Map.Entry<String, String> file : files.entrySet()) {
            Path path = content.resolve(file.getKey());
            Files.createDirectories(path.getParent());
            Files.writeString(path, file.getValue());
        }
        return content;
    }

    private InitramfsCase debugfs(String partition, String request) {
        bench.tool("debugfs", "-w", "-R", request, device(partition).toString());
        return this;
    }

    InitramfsCase destroy(String partition) throws IOException {
        byte[] content = new byte[(int) Files.size(device(partition))];
        new Random(1).nextBytes(content);
        Files.write(device(partition), content);
        return this;
    }

    /// Damage that e2fsck repairs without asking: wrong counts, and the mark of an unclean end.
    InitramfsCase wornOut(String partition) {
        debugfs(partition, "ssv free_blocks_count 7");
        return debugfs(partition, "ssv state 0");
    }

    /// Puts a shell script in the place of a program of the slot; without a script, nothing.
    InitramfsCase replace(String program, @Nullable String script) throws IOException {
        Path file = root.resolve("case").resolve("replaced-" + program);
        Files.writeString(file, script == null ? "" : "#!/bin/sh\n" + script + "\n");
        if (script != null) {
            Files.setPosixFilePermissions(file, Files.getPosixFilePermissions(bench.busybox()));
        }
        return this;
    }

    Path device(String partition) {
        return root.resolve(partition.equals("data") ? "dev/vda9" : "dev/vda10");
    }

    Path root() {
        return root;
    }

    InitramfsCase boot() throws IOException {
        var line = new StringBuilder("quiet console=ttyS0");
        arguments.forEach((name, value) -> {
            if (!value.isEmpty()) line.append(" evenkeel.").append(name).append('=').append(value);
        });
        Files.writeString(root.resolve("proc/cmdline"), line + "\n");
        bench.run(folder);
        return this;
    }

    /// All that it printed, kernel log included.
    String said() throws IOException {
        return Files.readString(folder.resolve("said"), UTF_8);
    }

    /// The calls of the faked programs, in order.
    List<String> calls() throws IOException {
        return Files.readAllLines(root.resolve("calls"));
    }

    /// What it left in `/run/evenkeel/boot`.
    Map<String, String> facts() throws IOException {
        var facts = new LinkedHashMap<String, String>();
        for (String line : Files.readAllLines(folder.resolve("run/boot"))) {
            String[] pair = line.split("=", 2);
            facts.put(pair[0], pair[1]);
        }
        return facts;
    }

    /// `<where> <mount options of the filesystem>` of each mount at the end.
    List<String> mounts() throws IOException {
        return Files.readAllLines(folder.resolve("mounts"));
    }

    /// A file that it left: `run/data-broken`, `etc_machine-id`, `log-listing`; empty without it.
    String left(String name) throws IOException {
        Path file = folder.resolve(name);
        return Files.exists(file) ? Files.readString(file, UTF_8).strip() : "";
    }
}
