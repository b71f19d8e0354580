// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.content.filesystem;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Images made by the real tools: `squashfs-tools`, `e2fsprogs`, `erofs-utils`.
public final class FilesystemTools {
    private final Path folder;

    /// Images are made in `folder`.
    public FilesystemTools(Path folder) {
        this.folder = folder;
    }

    /// A squashfs of a folder.
    public Path squashfs(Path tree, String... options) throws IOException {
        Path image = fresh();
        run(command("mksquashfs", tree, image, "-noappend", "-no-progress", "-quiet", options));
        return image;
    }

    /// An ext4 of this size with a folder.
    public Path ext4(Path tree, String size, String... options) throws IOException {
        Path image = fresh();
        var command = new ArrayList<>(List.of("mke2fs", "-q", "-F", "-d", tree.toString()));
        command.addAll(List.of(options));
        command.addAll(List.of(image.toString(), size));
        run(command);
        return image;
    }

    /// An erofs of a folder.
    public Path erofs(Path tree, String... options) throws IOException {
        Path image = fresh();
        var command = new ArrayList<>(List.of("mkfs.erofs", "--quiet"));
        command.addAll(List.of(options));
        command.addAll(List.of(image.toString(), tree.toString()));
        run(command);
        return image;
    }

    /// Changes an ext4 as no kernel would.
    void debugfs(Path image, String... requests) throws IOException {
        for (String request : requests) {
            run(List.of("debugfs", "-w", "-R", request, image.toString()));
        }
    }

    private Path fresh() throws IOException {
        Path image = Files.createTempFile(folder, "image", "");
        Files.delete(image);
        return image;
    }

    private static List<String> command(
            String tool, Path first, Path second, String a, String b, String c, String... more) {
        var command = new ArrayList<>(List.of(tool, first.toString(), second.toString(), a, b, c));
        command.addAll(List.of(more));
        return command;
    }

    private void run(List<String> command) throws IOException {
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().merge("PATH", "/usr/sbin:/sbin", (path, more) -> path + ":" + more);
        Process process = builder.start();
        process.getOutputStream().close();
        var said = new String(process.getInputStream().readAllBytes(), UTF_8);
        try {
            assertThat(process.waitFor()).as("%s: %s", command, said).isZero();
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", stop);
        }
    }
}
