// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.lab;

import dev.evenkeel.boot.DiskSlice;
import dev.evenkeel.boot.Region;
import dev.evenkeel.boot.StatePartition;
import dev.evenkeel.core.message.Provisioning;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// Makes the disk of a virtual device as a factory does, and looks into it afterwards: no mounts,
/// no root. The device must be off.
public final class Provisioner {
    private static final int BLOCK_BYTES = 64 << 10;
    private static final Pattern DATA_PATH = Pattern.compile("(/[A-Za-z0-9_.-]{1,200}){1,16}");

    private final QemuCommand programs;

    /// `programs` has debugfs and e2fsck.
    public Provisioner(QemuCommand programs) {
        this.programs = programs;
    }

    /// A device's own copy of a release's `disk.img`; blocks of zeros become holes.
    public static void copyDisk(Path image, Path disk) throws IOException {
        Path parent = disk.toAbsolutePath().getParent();
        if (parent != null) Files.createDirectories(parent);
        try (VolatileDisk from = VolatileDisk.open(image)) {
            copyDisk(from, disk);
        }
    }

    /// As a file, what the device would read from its disk now.
    static void copyDisk(VolatileDisk from, Path disk) throws IOException {
        try (FileChannel to = create(disk)) {
            copy(from, 0, from.sizeBytes(), to);
        }
    }

    /// Writes what the device must know before it meets its server.
    public static void provision(Path disk, Provisioning record) throws IOException {
        try (VolatileDisk whole = VolatileDisk.open(disk)) {
            provision(whole, record);
        }
    }

    static void provision(VolatileDisk disk, Provisioning record) throws IOException {
        try (DiskSlice state = DiskSlice.partition(disk, "state")) {
            var partition = new StatePartition(state);
            partition.write(Region.PROVISIONING, record.toBytes());
            // into both copies: a sector may rot before the first start
            partition.mirror(Region.PROVISIONING);
        }
    }

    /// Puts a file of the host onto the data partition as `path`, an absolute path there.
    public void putDataFile(Path disk, Path file, String path) throws IOException {
        checkPath(path);
        try (VolatileDisk whole = VolatileDisk.open(disk);
                var work = new PartitionCopy(whole, "data")) {
            Path source = work.folder().resolve("source");
            Files.copy(file, source);
            var script = new ArrayList<String>();
            String[] names = path.substring(1).split("/", -1);
            for (int i = 0; i < names.length - 1; i++) {
                script.add("mkdir " + names[i]); // complains where it exists already
                script.add("cd " + names[i]);
            }
            script.add("write " + source + " " + names[names.length - 1]);
            Path commands = work.folder().resolve("commands");
            Files.write(commands, script);
            work.run(programs, "debugfs", "-w", "-f", commands.toString());
            if (dumped(work, path).isEmpty()) {
                throw new LabFailure(
                        "debugfs could not put " + file + " onto the data partition as " + path);
            }
            work.putBack();
        }
    }

    /// The content of a file of the data partition; empty when there is none. Repairs nothing on
    /// the disk itself: the journal is replayed on a copy.
    ///
    /// @throws LabFailure when the filesystem is broken beyond what a boot repairs by itself
    public Optional<byte[]> readDataFile(Path disk, String path) throws IOException {
        try (VolatileDisk whole = VolatileDisk.open(disk)) {
            return readDataFile(whole, path);
        }
    }

    Optional<byte[]> readDataFile(VolatileDisk disk, String path) throws IOException {
        checkPath(path);
        try (var work = new PartitionCopy(disk, "data")) {
            var check = work.run(programs, "e2fsck", "-p");
            if (check.exitCode() > 2) {
                throw new LabFailure(
                        "the data partition of " + disk.name() + " is broken: " + check.said());
            }
            return dumped(work, path);
        }
    }

    private Optional<byte[]> dumped(PartitionCopy work, String path) throws IOException {
        Path target = work.folder().resolve("dumped");
        Files.deleteIfExists(target);
        work.run(programs, "debugfs", "-R", "dump " + path + " " + target);
        return Files.exists(target) ? Optional.of(Files.readAllBytes(target)) : Optional.empty();
    }

    private static void checkPath(String path) {
        if (!DATA_PATH.matcher(path).matches() || List.of(path.split("/", -1)).contains("..")) {
            throw new LabFailure(
                    "not a path on the data partition (absolute, of letters, digits, '_', '.', '-'): '"
                            + path
                            + "'");
        }
    }

    static FileChannel create(Path file) throws IOException {
        return FileChannel.open(
                file,
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.WRITE);
    }

    /// Copies a range to the start of `to`, which is new; blocks of zeros become holes.
    static void copy(VolatileDisk from, long start, long length, FileChannel to)
            throws IOException {
        for (long at = 0; at < length; at += BLOCK_BYTES) {
            var block = ByteBuffer.allocate((int) Math.min(BLOCK_BYTES, length - at));
            from.read(start + at, block);
            boolean isLast = at + BLOCK_BYTES >= length;
            if (Medium.isZero(block.array(), block.capacity())) {
                if (isLast) to.write(ByteBuffer.allocate(1), length - 1);
                continue;
            }
            FileMedium.writeFully(to, at, block.flip());
        }
    }
}
