// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.lab;

import dev.evenkeel.core.json.JsonObject;
import java.io.IOException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.IntConsumer;

/// A running QEMU, its sockets connected: one power-on of a machine.
final class QemuProcess {
    private static final int CONNECT_SECONDS = 30;
    private static final int LOG_TAIL_CHARS = 1_500;

    private final Process process;
    private final ProcessTree tree;
    private final Path log;
    private volatile double cpuSeconds;

    QemuProcess(List<String> words, Path log) throws IOException {
        this.log = log;
        process =
                new ProcessBuilder(words)
                        .redirectErrorStream(true)
                        .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                        .redirectOutput(log.toFile())
                        .start();
        tree = new ProcessTree(process.toHandle());
        Thread.ofVirtual().name("qemu cpu").start(this::sampleCpu);
    }

    /// The connection that QEMU makes to `listener`.
    SocketChannel connection(ServerSocketChannel listener) throws IOException {
        var accepted = new CompletableFuture<SocketChannel>();
        Thread.ofVirtual()
                .start(() -> {
                    try (listener) {
                        accepted.complete(listener.accept());
                    } catch (IOException closed) {
                        accepted.completeExceptionally(closed);
                    }
                });
        CompletableFuture<Process> exit = process.onExit();
        try {
            CompletableFuture.anyOf(accepted, exit).get(CONNECT_SECONDS, TimeUnit.SECONDS);
            if (accepted.isDone()) return accepted.get();
        } catch (ExecutionException | TimeoutException failed) {
            throw didNotStart(failed.toString());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw didNotStart("interrupted");
        } finally {
            listener.close();
        }
        throw didNotStart("it ended with " + process.exitValue());
    }

    /// The monitor that connects to `listener`.
    QemuMonitor monitor(ServerSocketChannel listener, Consumer<JsonObject> onEvent)
            throws IOException {
        SocketChannel channel = connection(listener);
        try {
            return new QemuMonitor(channel, onEvent);
        } catch (IOException refused) {
            awaitExit(Duration.ofSeconds(1));
            throw didNotStart(String.valueOf(refused.getMessage()));
        }
    }

    private LabFailure didNotStart(String why) throws IOException {
        kill();
        String said = Files.readString(log, StandardCharsets.UTF_8).strip();
        return new LabFailure(
                "QEMU did not start: "
                        + why
                        + ". It said:\n"
                        + said.substring(Math.max(0, said.length() - LOG_TAIL_CHARS)));
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
        awaitExit(Duration.ofSeconds(CONNECT_SECONDS));
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
                .name("qemu ends")
                .start(() -> {
                    try {
                        onExit.accept(process.waitFor());
                    } catch (InterruptedException interrupted) {
                        Thread.currentThread().interrupt();
                    }
                });
    }
}
