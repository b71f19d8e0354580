// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.image.process;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/// One program to run to its end. Its environment holds only what is named here, so that nothing of
/// the builder's own (locale, time zone, options of tools) leaks into a result.
public record Child(
        String task, List<String> command, Map<String, String> environment, Optional<Path> input) {
    private static final int OUTPUT_LIMIT_BYTES = 64 << 20;
    private static final int PATIENCE_SECONDS = 30;
    private static final int LAST_WORDS_CHARS = 4_000;
    private static final Set<Process> RUNNING = ConcurrentHashMap.newKeySet();

    public Child {
        command = List.copyOf(command);
        environment = Map.copyOf(environment);
    }

    /// A program for `task` (what is being done, for messages) with the plain environment.
    public static Child of(String task, List<String> command) {
        return new Child(
                task,
                command,
                Map.of("PATH", "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL", "C.UTF-8", "TZ", "UTC"),
                Optional.empty());
    }

    public Child with(String variable, String value) {
        var more = new HashMap<>(environment);
        more.put(variable, value);
        return new Child(task, command, more, input);
    }

    /// The same program, reading `file` as its standard input.
    public Child reading(Path file) {
        return new Child(task, command, environment, Optional.of(file));
    }

    /// Runs it and returns what it wrote to its standard output.
    public String run() {
        return run(_ -> {});
    }

    /// As [#run()]; every line of its standard error goes to `lines` as it comes.
    public String run(Consumer<String> lines) {
        Process process = start();
        var lastWords = new LastWords();
        var output = new ByteArrayOutputStream();
        try {
            Thread errors =
                    Thread.ofVirtual()
                            .start(() ->
                                    process.errorReader(UTF_8)
                                            .lines()
                                            .forEach(line -> {
                                                lastWords.add(line);
                                                lines.accept(line);
                                            }));
            copy(process.getInputStream(), output);
            int status = process.waitFor();
            errors.join();
            if (status != 0) {
                if (lastWords.toString().isBlank()) lastWords.add(output.toString(UTF_8));
                throw new ChildFailure(task, command, status, lastWords.toString());
            }
            return output.toString(UTF_8);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new ChildFailure(task, "stopped");
        } catch (IOException broken) {
            throw new ChildFailure(task, "its output cannot be read: " + broken.getMessage());
        } finally {
            end(process);
            RUNNING.remove(process);
        }
    }

    /// Ends every program that still runs, with all that it started. For a shutdown hook.
    public static void endAll() {
        RUNNING.forEach(Child::end);
    }

    private Process start() {
        var builder = new ProcessBuilder(command);
        builder.environment().clear();
        builder.environment().putAll(environment);
        builder.redirectInput(input.map(Path::toFile).orElse(new File("/dev/null")));
        try {
            Process process = builder.start();
            RUNNING.add(process);
            return process;
        } catch (IOException missing) {
            throw new ChildFailure(
                    task, "cannot start '" + command.getFirst() + "': " + missing.getMessage());
        }
    }

    private static void end(Process process) {
        if (!process.isAlive()) return;
        var family = new ArrayList<>(process.descendants().toList());
        family.addFirst(process.toHandle());
        family.forEach(ProcessHandle::destroyForcibly);
        awaitEnd(family);
    }

    /// A program that was killed still writes until the kernel has ended it, which takes seconds on
    /// a machine that is busy or waits for its disk.
    private static void awaitEnd(List<ProcessHandle> killed) {
        var ended = killed.stream().map(ProcessHandle::onExit).toArray(CompletableFuture[]::new);
        try {
            CompletableFuture.allOf(ended).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException _) {
            // nothing more can be done to it
        }
    }

    private static void copy(InputStream from, ByteArrayOutputStream to) throws IOException {
        byte[] buffer = new byte[64 << 10];
        for (int n = from.read(buffer); n >= 0; n = from.read(buffer)) {
            if (to.size() + n > OUTPUT_LIMIT_BYTES) {
                throw new IOException("more than " + OUTPUT_LIMIT_BYTES + " bytes");
            }
            to.write(buffer, 0, n);
        }
    }

    /// The end of what a program wrote to its standard error; written by one thread, read by
    /// another.
    private static final class LastWords {
        private final StringBuilder text = new StringBuilder();

        synchronized void add(String line) {
            text.append(line).append('\n');
            int extra = text.length() - LAST_WORDS_CHARS;
            if (extra > 0) text.delete(0, extra);
        }

        @Override
        public synchronized String toString() {
            return text.toString();
        }
    }
}
