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
    private final Path disk;
    private final Gpt.Partition partition;
    private final Path folder;
    private final Path image;

    /// What a program answered.
    record Outcome(int exitCode, String said) {}

    PartitionCopy(Path disk, String name) throws IOException {
        this.disk = disk;
        partition = Provisioner.partition(disk, name);
        folder = Files.createTempDirectory("evenkeel-lab-data-");
        image = folder.resolve("partition.img");
        try (FileChannel from = FileChannel.open(disk, StandardOpenOption.READ);
                FileChannel to = Provisioner.create(image)) {
            Provisioner.copy(from, partition.offset(), partition.sizeBytes(), to, 0);
            Provisioner.extend(to, partition.sizeBytes());
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

    /// Replaces the partition on the disk by the copy, zeros included.
    void putBack() throws IOException {
        try (FileChannel from = FileChannel.open(image, StandardOpenOption.READ);
                Medium medium = new Medium(disk)) {
            var buffer = new byte[1 << 20];
            for (long at = 0; at < partition.sizeBytes(); at += buffer.length) {
                int length = (int) Math.min(buffer.length, partition.sizeBytes() - at);
                var block = ByteBuffer.wrap(buffer, 0, length);
                while (block.hasRemaining()) {
                    if (from.read(block, at + block.position()) < 0) {
                        throw new IOException("the copy of the partition became shorter");
                    }
                }
                byte[] content = Medium.isZero(buffer, length) ? null : buffer;
                medium.write(new CachedWrite(0, partition.offset() + at, length, content, 0));
            }
        }
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
