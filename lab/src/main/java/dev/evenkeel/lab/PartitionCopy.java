// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.lab;

import dev.evenkeel.boot.Gpt;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/// A partition of a disk image, copied into a file of its own so that filesystem programs can work
/// on it, in a temporary folder that goes with it.
final class PartitionCopy implements AutoCloseable {
    private static final int BLOCK_BYTES = 1 << 20;

    private final VolatileDisk disk;
    private final Gpt.Partition partition;
    private final Path folder;
    private final Path image;

    /// What a program answered.
    record Outcome(int exitCode, String said) {}

    PartitionCopy(VolatileDisk disk, String name) throws IOException {
        this.disk = disk;
        partition = Gpt.read(disk).partition(name);
        folder = Files.createTempDirectory("evenkeel-lab-data-");
        image = folder.resolve("partition.img");
        try (FileChannel to = Provisioner.create(image)) {
            Provisioner.copy(disk, partition.offset(), partition.sizeBytes(), to);
        }
    }

    Path folder() {
        return folder;
    }

    /// Runs a program with `arguments` and the copy's path.
    Outcome run(QemuCommand programs, String program, String... arguments) throws IOException {
        var words = new ArrayList<>(programs.prefix(program, List.of(folder)));
        words.addAll(List.of(arguments));
        words.add(image.toString());
        Process process =
                new ProcessBuilder(words)
                        .redirectErrorStream(true)
                        .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                        .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            return new Outcome(process.waitFor(), said.strip());
        } catch (InterruptedException interrupted) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new IOException("interrupted in " + program, interrupted);
        }
    }

    /// Replaces the partition on the disk by the copy, zeros included, and flushes.
    void putBack() throws IOException {
        try (FileChannel from = FileChannel.open(image, StandardOpenOption.READ)) {
            for (long at = 0; at < partition.sizeBytes(); at += BLOCK_BYTES) {
                int length = (int) Math.min(BLOCK_BYTES, partition.sizeBytes() - at);
                var block = ByteBuffer.allocate(length);
                FileMedium.readFully(from, at, block);
                if (Medium.isZero(block.array(), length)) {
                    disk.writeZeros(partition.offset() + at, length, false);
                } else {
                    disk.write(partition.offset() + at, block.array(), false);
                }
            }
        }
        disk.flush();
    }

    @Override
    public void close() throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
    }
}
