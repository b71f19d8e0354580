// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.lab;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;

/// A program that is a part of a virtual machine, with all that it starts; its processor time is
/// counted until it is gone.
final class GuestProcess {
    private static final int END_SECONDS = 30;
    private static final int LOG_TAIL_CHARS = 1_500;

    private final Process process;
    private final ProcessTree tree;
    private final Path log;
    private volatile double cpuSeconds;

    /// @param log takes what it says
    static GuestProcess logged(List<String> words, Path log) throws IOException {
        return new GuestProcess(
                builder(words).redirectErrorStream(true).redirectOutput(log.toFile()).start(), log);
    }

    /// What it says is for the caller to read from [#process]; what it complains about goes to
    /// `log`.
    static GuestProcess talking(List<String> words, Path log) throws IOException {
        return new GuestProcess(builder(words).redirectError(log.toFile()).start(), log);
    }

    private static ProcessBuilder builder(List<String> words) {
        return new ProcessBuilder(words)
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
    }

    private GuestProcess(Process process, Path log) {
        this.process = process;
        this.log = log;
        tree = new ProcessTree(process.toHandle());
        Thread.ofVirtual().name("guest cpu").start(this::sampleCpu);
    }

    Process process() {
        return process;
    }

    CompletableFuture<Process> onExit() {
        return process.onExit();
    }

    /// The end of its log, for a message.
    String lastWords() throws IOException {
        String said = Files.readString(log, StandardCharsets.ISO_8859_1).strip();
        return said.substring(Math.max(0, said.length() - LOG_TAIL_CHARS));
    }

    private void sampleCpu() {
        while (process.isAlive()) {
            sample();
            try {
                if (process.waitFor(500, TimeUnit.MILLISECONDS)) return;
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private synchronized void sample() {
        cpuSeconds = Math.max(cpuSeconds, tree.cpuSeconds());
    }

    double cpuSeconds() {
        sample();
        return cpuSeconds;
    }

    boolean isAlive() {
        return process.isAlive();
    }

    void kill() {
        sample();
        tree.kill();
        awaitExit(Duration.ofSeconds(END_SECONDS));
    }

    /// Whether it ended in time.
    boolean awaitExit(Duration patience) {
        try {
            return process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return !process.isAlive();
        }
    }

    void whenEnded(IntConsumer onExit) {
        Thread.ofVirtual()
                .name("guest ends")
                .start(() -> {
                    try {
                        onExit.accept(process.waitFor());
                    } catch (InterruptedException interrupted) {
                        Thread.currentThread().interrupt();
                    }
                });
    }
}
