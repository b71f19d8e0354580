// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.image.tool;

import dev.evenkeel.content.Folders;
import dev.evenkeel.image.process.Child;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

/// Where work that may fail is done: a folder beside its result, gone when the work ends, however
/// it ends. A signal ends the programs first.
public final class WorkFolder implements AutoCloseable {
    private static final AtomicBoolean ENDING = new AtomicBoolean();

    private final Path folder;
    private final Thread hook;
    private final AtomicReference<Optional<Sandbox>> sandbox =
            new AtomicReference<>(Optional.empty());

    private WorkFolder(Path folder) {
        this.folder = folder;
        this.hook = new Thread(this::abandon, "evenkeel-build-cleanup");
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /// A hidden folder beside `out`, which will be moved from it.
    public static WorkFolder beside(Path out) throws IOException {
        Path parent = out.toAbsolutePath().getParent();
        if (parent == null) throw new IllegalArgumentException("nothing is beside " + out);
        return in(parent, "." + out.getFileName() + ".building-");
    }

    /// A new folder in `parent`, its name beginning with `prefix`.
    public static WorkFolder in(Path parent, String prefix) throws IOException {
        Files.createDirectories(parent);
        return new WorkFolder(Files.createTempDirectory(parent, prefix));
    }

    /// Whether the process is about to end: what fails now fails because its programs were ended.
    public static boolean isEnding() {
        return ENDING.get();
    }

    /// Files of owners that an ordinary user cannot delete are deleted through `sandbox`.
    public void deleteThrough(Sandbox inside) {
        sandbox.set(Optional.of(inside));
    }

    public Path folder() {
        return folder;
    }

    public Path path(String name) {
        return folder.resolve(name);
    }

    public Path newFolder(String name) throws IOException {
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
        ENDING.set(true);
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
