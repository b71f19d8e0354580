// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.agent;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.evenkeel.core.BootId;
import dev.evenkeel.core.Disk;
import dev.evenkeel.core.Limits;
import dev.evenkeel.linux.BlockDevice;
import dev.evenkeel.linux.ClockState;
import dev.evenkeel.linux.KernelCommandLine;
import dev.evenkeel.linux.OverlayUse;
import dev.evenkeel.linux.Partitions;
import dev.evenkeel.linux.RunningKernel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// This machine, or a folder that stands for one (the fleet lane).
///
/// In a folder the partitions are the regular files `env-0`, `env-1`, `state`, `boot-a`, `slot-a`,
/// `boot-b` and `slot-b`; `cmdline`, `boot_id` and `release.json` stand for what kernel and slot
/// say, `run/` for `/run`, and a reboot is the file `reboot-requested`.
final class HostDevice implements Device {
    private final boolean isFolder;
    private final Path root;

    private HostDevice(boolean isFolder, Path root) {
        this.isFolder = isFolder;
        this.root = root;
    }

    static HostDevice thisMachine() {
        return new HostDevice(false, Path.of("/"));
    }

    static HostDevice folder(Path folder) {
        return new HostDevice(true, folder);
    }

    @Override
    public Disk open(String partition, boolean writable) throws IOException {
        Path path = isFolder ? root.resolve(partition) : new Partitions(root).byName(partition);
        return BlockDevice.open(path, writable);
    }

    @Override
    public ByteBuffer alignedBuffer(int bytes) {
        return BlockDevice.alignedBuffer(bytes);
    }

    @Override
    public KernelCommandLine commandLine() throws IOException {
        return isFolder
                ? KernelCommandLine.parse(text(root.resolve("cmdline")))
                : KernelCommandLine.read(root);
    }

    @Override
    public BootId bootId() throws IOException {
        return isFolder
                ? new BootId(text(root.resolve("boot_id")).strip())
                : new RunningKernel(root).bootId();
    }

    @Override
    public RunningRelease release() throws IOException {
        Path file = root.resolve(isFolder ? "release.json" : "usr/lib/evenkeel/release.json");
        // the builder gives every file of a slot the time of its newest input
        return RunningRelease.read(bytes(file), Files.getLastModifiedTime(file).toInstant());
    }

    @Override
    public Map<String, String> facts(String name) {
        var facts = new LinkedHashMap<String, String>();
        String text = optionalText(root.resolve("run/evenkeel").resolve(name));
        for (String line : text.lines().toList()) {
            int sign = line.indexOf('=');
            if (sign > 0) facts.put(line.substring(0, sign), line.substring(sign + 1).strip());
        }
        return facts;
    }

    @Override
    public String line(String name) {
        return optionalText(root.resolve("run/evenkeel").resolve(name)).split("\n", 2)[0].strip();
    }

    @Override
    public OverlayUse overlay() throws IOException {
        return OverlayUse.of(root);
    }

    @Override
    public boolean isClockSynced() {
        return new ClockState(root).isSynced();
    }

    @Override
    public void leave(String name, String content) throws IOException {
        Path folder = runtimeFolder();
        Files.createDirectories(folder);
        Path fresh = folder.resolve(name + ".new");
        Files.writeString(fresh, content);
        Files.move(
                fresh,
                folder.resolve(name),
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
    }

    @Override
    public Optional<String> take(String name) {
        Path file = runtimeFolder().resolve(name);
        if (!Files.exists(file)) return Optional.empty();
        String content = optionalText(file);
        try {
            Files.delete(file);
        } catch (IOException gone) {
            return Optional.empty();
        }
        return Optional.of(content);
    }

    @Override
    public boolean reboot(String reason) throws IOException {
        if (isFolder) {
            Files.writeString(root.resolve("reboot-requested"), reason + "\n");
        } else {
            leave("reboot", reason + "\n");
        }
        return isFolder;
    }

    /// Where agent and system leave each other markers.
    Path runtimeFolder() {
        return root.resolve("run/evenkeel-agent");
    }

    Path lockFile() {
        return runtimeFolder().resolve("lock");
    }

    /// Takes the lock that the one running agent holds; empty when another holds it.
    Optional<FileChannel> lock() throws IOException {
        Files.createDirectories(runtimeFolder());
        FileChannel channel =
                FileChannel.open(lockFile(), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        if (channel.tryLock() != null) return Optional.of(channel);
        channel.close();
        return Optional.empty();
    }

    private static String optionalText(Path file) {
        try {
            return text(file);
        } catch (IOException absent) {
            return "";
        }
    }

    private static String text(Path file) throws IOException {
        return new String(bytes(file), UTF_8);
    }

    private static byte[] bytes(Path file) throws IOException {
        try (var in = Files.newInputStream(file)) {
            return in.readNBytes(Limits.MESSAGE_BYTES);
        }
    }
}
