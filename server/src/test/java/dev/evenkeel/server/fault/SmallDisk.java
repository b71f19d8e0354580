// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.server.fault;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A real filesystem whose size can be changed while it is in use: a tmpfs in a mount namespace of
/// its own, so that it needs no privileges and nobody else sees it. It is gone with its holder.
final class SmallDisk implements AutoCloseable {
    private static final long WIDE_BYTES = 2L << 30;

    private final Process holder;
    private final Path folder;

    private SmallDisk(Process holder, Path folder) {
        this.holder = holder;
        this.folder = folder;
    }

    /// @param folder where the server sees it
    static SmallDisk mount(Path folder) throws IOException {
        Files.createDirectories(folder);
        String script =
                "mount -t tmpfs -o size=" + WIDE_BYTES + " tmpfs \"$0\" && echo ready && exec cat";
        Process holder =
                new ProcessBuilder(
                                "unshare",
                                "--user",
                                "--map-root-user",
                                "--mount",
                                "sh",
                                "-c",
                                script,
                                folder.toString())
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        BufferedReader told = holder.inputReader(UTF_8);
        if (!"ready".equals(told.readLine())) {
            holder.destroyForcibly();
            throw new IOException(
                    "cannot mount a tmpfs in a namespace of its own: this needs unprivileged user"
                            + " namespaces (sysctl kernel.unprivileged_userns_clone=1)");
        }
        return new SmallDisk(holder, folder);
    }

    /// The command that runs another one where the disk is.
    List<String> within() {
        String pid = Long.toString(holder.pid());
        return List.of("nsenter", "--target", pid, "--user", "--mount", "--preserve-credentials");
    }

    /// The same folder, from here.
    Path seenAt() {
        return Path.of("/proc/" + holder.pid() + "/root" + folder);
    }

    long usedBytes() throws IOException {
        FileStore store = Files.getFileStore(seenAt());
        return store.getTotalSpace() - store.getUnallocatedSpace();
    }

    /// Leaves no more than `freeBytes`, or a little more where it fills up meanwhile.
    void fillUpTo(long freeBytes) throws IOException {
        for (long more = freeBytes; ; more += 256 << 10) {
            if (resize(usedBytes() + more)) return;
        }
    }

    void widen() throws IOException {
        if (!resize(WIDE_BYTES)) throw new IOException("the disk cannot be widened");
    }

    private boolean resize(long bytes) throws IOException {
        var command = new ArrayList<>(within());
        command.addAll(List.of("mount", "-o", "remount,size=" + bytes, folder.toString()));
        Process remount =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start();
        try {
            return remount.waitFor() == 0;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException(interrupted);
        }
    }

    @Override
    public void close() {
        holder.destroyForcibly();
    }
}
