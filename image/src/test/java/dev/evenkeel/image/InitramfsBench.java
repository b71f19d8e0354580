// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.image;

import dev.evenkeel.image.blueprint.Blueprint;
import dev.evenkeel.image.lock.AgentBundle;
import dev.evenkeel.image.lock.Lock;
import dev.evenkeel.image.lock.LockedPackage;
import dev.evenkeel.image.lock.Locker;
import dev.evenkeel.image.lock.Store;
import dev.evenkeel.image.process.Child;
import dev.evenkeel.image.process.Progress;
import dev.evenkeel.image.tool.Sandbox;
import dev.evenkeel.image.tool.ToolRoot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Pattern;

/// Where the initramfs script runs as it ships: under the busybox that ships, with real filesystems
/// in files for partitions, and a slot with the real e2fsck and mkfs.ext4. What would touch the
/// machine is faked by `initramfs/fakes.sh`; namespaces keep the rest to itself.
final class InitramfsBench {
    private static final List<String> SLOT_PROGRAMS =
            List.of(
                    "/usr/bin/env",
                    "/usr/sbin/e2fsck",
                    "/usr/sbin/mkfs.ext4",
                    "/usr/sbin/debugfs",
                    "/usr/sbin/dumpe2fs");
    private static final Pattern LIBRARY = Pattern.compile("(/\\S+) \\(0x");

    private final Path folder;
    private final Path busybox;
    private final Path slot;
    private final Sandbox tools;
    private int cases;

    private InitramfsBench(Path folder, Path busybox, Path slot, Sandbox tools) {
        this.folder = folder;
        this.busybox = busybox;
        this.slot = slot;
        this.tools = tools;
    }

    static InitramfsBench open(Path folder) throws IOException {
        Path file = folder.resolve("small.toml");
        Files.writeString(
                file, "name = \"small\"\nversion = \"1\"\n[device]\ntype = \"qemu-x86\"\n");
        Store store = Store.standard();
        Lock lock =
                new Locker(store, AgentBundle.NONE, Progress.SILENT)
                        .lock(Blueprint.read(file), Optional.empty());
        LockedPackage shipped =
                lock.image().stream()
                        .filter(one -> one.name().equals("busybox-static"))
                        .findFirst()
                        .orElseThrow();
        Path unpacked = folder.resolve("busybox");
        Child.of(
                        "unpacking " + shipped,
                        List.of(
                                "dpkg-deb",
                                "--extract",
                                store.verified(shipped).toString(),
                                unpacked.toString()))
                .run();
        Path busybox = unpacked.resolve("usr/bin/busybox");
        ToolRoot root = ToolRoot.tools(lock, store, Progress.SILENT);
        var bench =
                new InitramfsBench(folder, busybox, folder.resolve("slot"), root.sandbox(folder));
        bench.makeSlot(root);
        return bench;
    }

    /// The few files of a slot that the script uses.
    private void makeSlot(ToolRoot root) throws IOException {
        for (String name : List.of("dev", "proc", "data", "run", "sys", "etc", "var/log")) {
            Files.createDirectories(slot.resolve(name));
        }
        for (String name : List.of("bin", "sbin", "lib", "lib64")) {
            Files.createDirectories(slot.resolve("usr").resolve(name));
            Files.createSymbolicLink(slot.resolve(name), Path.of("usr", name));
        }
        var needed = new TreeSet<>(SLOT_PROGRAMS);
        for (String program : SLOT_PROGRAMS) {
            var found = LIBRARY.matcher(tool("/lib64/ld-linux-x86-64.so.2", "--list", program));
            while (found.find()) needed.add(found.group(1));
        }
        for (String path : needed) {
            Path to = slot.resolve(path.substring(1));
            Files.createDirectories(to.getParent());
            Files.copy(root.file(path.substring(1)).toRealPath(), to);
        }
        // for the scripts that a test puts in the place of a program
        Files.copy(busybox, slot.resolve("usr/bin/sh"));
        Files.createSymbolicLink(slot.resolve("usr/bin/sleep"), Path.of("sh"));
        Files.writeString(slot.resolve("usr/sbin/init"), "#!/bin/sh\n");
        Files.setPosixFilePermissions(
                slot.resolve("usr/sbin/init"),
                Files.getPosixFilePermissions(slot.resolve("usr/bin/env")));
        Files.writeString(
                slot.resolve("etc/passwd"), "root:x:0:0::/root:/bin/sh\nevenkeel:x:990:990::/:\n");
        Files.writeString(
                slot.resolve("etc/group"), "root:x:0:\nevenkeel:x:990:\nsystemd-journal:x:999:\n");
        Files.createFile(slot.resolve("etc/machine-id"));
        Path partitions = Files.createDirectories(slot.resolve("usr/lib/evenkeel/partitions"));
        for (String name : List.of("log.uuid", "log.skeleton")) {
            Files.write(
                    partitions.resolve(name),
                    DeviceFiles.bytes("root/usr/lib/evenkeel/partitions/" + name));
        }
    }

    /// A healthy device; the test breaks it, then boots it.
    InitramfsCase healthy() throws IOException {
        return InitramfsCase.make(this, folder.resolve("case-" + ++cases));
    }

    Path busybox() {
        return busybox;
    }

    /// Makes a filesystem of 2 MiB with what `content` holds.
    void format(Path image, Path content) throws IOException {
        Files.createDirectories(content);
        tool("mkfs.ext4", "-q", "-d", content.toString(), image.toString(), "2M");
    }

    /// The same with the block groups that the builder gives the data partition, in 40 MiB.
    void formatInGroups(Path image, Path content) throws IOException {
        var command = new ArrayList<>(List.of("mkfs.ext4", "-q"));
        command.addAll(DiskImage.SMALL_GROUPS);
        command.addAll(List.of("-d", content.toString(), image.toString(), "40M"));
        tool(command.toArray(String[]::new));
    }

    String tool(String... command) {
        return tools.child("running " + command[0], command).run();
    }

    /// Runs the script over `device`.
    void run(Path device) throws IOException {
        Path script = resource(device, "bench.sh");
        var command = new ArrayList<String>(List.of("unshare", "--mount"));
        command.addAll(List.of("--pid", "--fork", "--kill-child"));
        if (!"root".equals(System.getProperty("user.name"))) {
            command.addAll(List.of("--map-root-user", "--map-auto"));
        }
        command.addAll(List.of("/bin/sh", script.toString(), device.toString(), slot.toString()));
        Child.of("running the initramfs", command).run();
    }

    static Path resource(Path folder, String name) throws IOException {
        Path file = folder.resolve(name);
        try (var in = InitramfsBench.class.getResourceAsStream("/initramfs/" + name)) {
            Files.copy(Objects.requireNonNull(in), file, StandardCopyOption.REPLACE_EXISTING);
        }
        return file;
    }
}
