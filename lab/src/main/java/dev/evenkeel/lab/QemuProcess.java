// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.lab;

import dev.evenkeel.core.json.JsonObject;
import java.io.IOException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
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

    private final GuestProcess qemu;

    QemuProcess(List<String> words, Path log) throws IOException {
        qemu = GuestProcess.logged(words, log);
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
        CompletableFuture<Process> exit = qemu.onExit();
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
        throw didNotStart("it ended with " + qemu.process().exitValue());
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
        return new LabFailure("QEMU did not start: " + why + ". It said:\n" + qemu.lastWords());
    }

    double cpuSeconds() {
        return qemu.cpuSeconds();
    }

    boolean isAlive() {
        return qemu.isAlive();
    }

    void kill() {
        qemu.kill();
    }

    /// Whether it ended in time.
    boolean awaitExit(Duration patience) {
        return qemu.awaitExit(patience);
    }

    void whenEnded(IntConsumer onExit) {
        qemu.whenEnded(onExit);
    }
}
