// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.image;

import dev.evenkeel.image.process.Child;
import dev.evenkeel.image.tool.Folders;
import dev.evenkeel.image.tool.Sandbox;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/// Where a build does its work: a hidden folder beside the output, gone when the build ends,
/// however it ends. A signal ends the programs first.
final class WorkFolder implements AutoCloseable {
    private final Path folder;
    private final Thread hook;
    private final AtomicReference<Optional<Sandbox>> sandbox =
            new AtomicReference<>(Optional.empty());

    private WorkFolder(Path folder) {
        this.folder = folder;
        this.hook = new Thread(this::abandon, "evenkeel-build-cleanup");
        Runtime.getRuntime().addShutdownHook(hook);
    }

    static WorkFolder beside(Path out) throws IOException {
        Files.createDirectories(out.getParent());
        return new WorkFolder(
                Files.createTempDirectory(out.getParent(), "." + out.getFileName() + ".building-"));
    }

    /// Files of owners that an ordinary user cannot delete are deleted through `sandbox`.
    void deleteThrough(Sandbox inside) {
        sandbox.set(Optional.of(inside));
    }

    Path folder() {
        return folder;
    }

    Path path(String name) {
        return folder.resolve(name);
    }

    Path newFolder(String name) throws IOException {
        return Files.createDirectories(folder.resolve(name));
    }

    @Override
    public void close() {
        delete();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException _) {
            // the hook runs already
        }
    }

    private void abandon() {
        Child.endAll();
        delete();
    }

    /// Twice, because a program that was just ended may have made one more file. What an ordinary
    /// user cannot delete goes through the sandbox, except the folder itself, which is mounted
    /// there.
    private void delete() {
        for (int attempt = 0; attempt < 2 && Files.exists(folder); attempt++) {
            try {
                Folders.delete(folder);
            } catch (IOException _) {
                sandbox.get().ifPresent(this::deleteContent);
            }
        }
    }

    private void deleteContent(Sandbox inside) {
        inside.withAllIds()
                .child(
                        "removing the work folder",
                        "find",
                        folder.toString(),
                        "-xdev",
                        "-mindepth",
                        "1",
                        "-delete")
                .run();
    }
}
