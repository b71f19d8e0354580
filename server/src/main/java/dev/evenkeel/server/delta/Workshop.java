// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.server.delta;

import dev.evenkeel.content.ContentFault;
import dev.evenkeel.content.ContentFolder;
import dev.evenkeel.content.Folders;
import dev.evenkeel.core.MalformedInput;
import dev.evenkeel.core.Payload;
import dev.evenkeel.core.json.StrictJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Where deltas are made: a folder in which both images are put together again, and a process that
/// compares them. Whatever happens, nothing stays in the folder.
final class Workshop {
    private static final Logger LOG = LoggerFactory.getLogger(Workshop.class);
    private static final Duration MOST_TIME = Duration.ofHours(4);
    private static final int ANSWER_BYTES = 4096;

    /// Room that is left to the server, whose database must never stand before a full disk because
    /// of a delta.
    private static final long RESERVE_BYTES = 64L << 20;

    /// Of the process's Java heap: suffix arrays take most of it.
    private static final String HEAP = "-Xmx1700m";

    /// Where native encoders are taken from (decision 0100); a delta must name the same ones.
    private static final String ENCODERS = "evenkeel.encoders";

    private static final Set<String> ENVIRONMENT = Set.of("PATH", "LANG", "LC_ALL", "TMPDIR");

    private final Path folder;
    private final ContentFolder content;
    private final long memoryBytes;
    private final AtomicReference<@Nullable Process> running = new AtomicReference<>();
    private volatile boolean closed;

    /// There is no room for the images now. Another time there may be.
    static final class NoRoom extends IOException {
        NoRoom(long neededBytes, long freeBytes) {
            super(
                    "making it needs "
                            + neededBytes
                            + " bytes of temporary space, "
                            + freeBytes
                            + " are free");
        }
    }

    /// Takes a delta over while its file is there.
    interface Taker {
        void take(Path delta, long cpuMillis) throws IOException;
    }

    /// @param folder for temporary files; what a killed server left in it is removed
    Workshop(Path folder, ContentFolder content, long memoryBytes) throws IOException {
        this.folder = folder;
        this.content = content;
        this.memoryBytes = memoryBytes;
        Files.createDirectories(folder);
        sweep();
    }

    private void sweep() throws IOException {
        try (Stream<Path> leftovers = Files.list(folder)) {
            for (Path leftover : leftovers.toList()) discard(leftover);
        }
    }

    /// Makes one delta and hands it over.
    void make(Payload old, Payload fresh, Taker taker) throws IOException, InterruptedException {
        Path bench = folder.resolve(UUID.randomUUID().toString());
        Files.createDirectories(bench);
        try {
            requireRoom(old, fresh);
            rebuild(old, bench.resolve("old"));
            rebuild(fresh, bench.resolve("new"));
            long cpuMillis = run(bench);
            taker.take(bench.resolve("delta"), cpuMillis);
        } finally {
            discard(bench);
        }
    }

    private void rebuild(Payload payload, Path image) throws IOException {
        try {
            content.rebuild(payload, image);
        } catch (ContentFault | MalformedInput broken) {
            throw new IOException(
                    "image "
                            + payload.digest().brief()
                            + " does not come out of the repository: "
                            + broken.getMessage()
                            + " (see `evenkeel content check`)",
                    broken);
        }
    }

    /// Both images, the delta, and its frames on their way into it.
    private void requireRoom(Payload old, Payload fresh) throws IOException {
        long needed = Math.addExact(old.sizeBytes(), Math.multiplyExact(3, fresh.sizeBytes()));
        long free = Files.getFileStore(folder).getUsableSpace() - RESERVE_BYTES;
        if (needed > free) throw new NoRoom(needed, Math.max(0, free));
    }

    private long run(Path bench) throws IOException, InterruptedException {
        Path said = bench.resolve("said");
        Path complained = bench.resolve("complained");
        var builder =
                new ProcessBuilder(command(bench))
                        .redirectOutput(said.toFile())
                        .redirectError(complained.toFile());
        // the server's may hold a PIN
        builder.environment().keySet().retainAll(ENVIRONMENT);
        Process process = builder.start();
        running.set(process);
        try {
            if (closed) process.destroyForcibly();
            if (!process.waitFor(MOST_TIME.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new IOException("it was not done after " + MOST_TIME.toHours() + " hours");
            }
            if (process.exitValue() != 0) {
                throw new IOException(
                        "the process that makes it ended with "
                                + process.exitValue()
                                + complaint(complained));
            }
            return StrictJson.parseObject(Files.readAllBytes(said), ANSWER_BYTES)
                    .size(DeltaProcess.CPU_MILLIS);
        } catch (MalformedInput garbled) {
            throw new IOException("the process that makes it said something else", garbled);
        } finally {
            running.set(null);
            // only then nobody writes into the bench any more
            process.destroyForcibly().onExit().join();
        }
    }

    /// The Java, the classes and the encoders of this server, at a lower priority.
    private List<String> command(Path bench) {
        var command = new ArrayList<String>(List.of("nice", "-n", "10"));
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(
                List.of(
                        HEAP,
                        "-XX:+UseSerialGC",
                        "-XX:-UsePerfData",
                        "--enable-native-access=ALL-UNNAMED"));
        String encoders = System.getProperty(ENCODERS);
        if (encoders != null) command.add("-D" + ENCODERS + "=" + encoders);
        command.addAll(
                List.of(
                        "-cp",
                        System.getProperty("java.class.path"),
                        DeltaProcess.class.getName(),
                        bench.resolve("old").toString(),
                        bench.resolve("new").toString(),
                        bench.resolve("delta").toString(),
                        Long.toString(memoryBytes)));
        return command;
    }

    private static String complaint(Path file) throws IOException {
        List<String> lines = Files.readAllLines(file);
        // the last line is ours; before it the runtime may have said something
        return lines.isEmpty() ? "" : ": " + lines.getLast();
    }

    /// Ends the process, if there is one, and every later one at once.
    void close() {
        closed = true;
        Process process = running.get();
        if (process != null) process.destroyForcibly();
    }

    private static void discard(Path left) {
        try {
            Folders.delete(left);
        } catch (IOException fault) {
            LOG.warn("{} stays until the next start: {}", left, fault.getMessage());
        }
    }
}
