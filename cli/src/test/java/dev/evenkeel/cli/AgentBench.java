// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.cli;

import dev.evenkeel.content.Folders;
import dev.evenkeel.core.Version;
import dev.evenkeel.core.json.JsonObject;
import dev.evenkeel.image.AgentRoot;
import dev.evenkeel.image.lock.Lock;
import dev.evenkeel.image.lock.Store;
import dev.evenkeel.image.process.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/// Measures the agent on the builder, in the training's life: `AgentBench LOCK STORE [JVM flag...]`
/// (bench/agent/README.md). Each row is one process: a trial boot that commits, idles, and installs
/// the next release.
final class AgentBench {
    private static final Version FACTORY = new Version("1.0");
    private static final Version FIRST = new Version("1.1");
    private static final Version SECOND = new Version("1.2");
    private static final Duration IDLE = Duration.ofSeconds(8);
    private static final int RUNS = 3;

    private AgentBench() {}

    public static void main(String[] arguments) throws Exception {
        Lock lock = Lock.read(Path.of(arguments[0]));
        var store = new Store(Path.of(arguments[1]));
        List<String> more = Arrays.asList(arguments).subList(2, arguments.length);
        Path archive = new ClassArchive(lock, store, Progress.SILENT).find();
        System.out.printf(
                Locale.ROOT, "archive %.1f MB, more flags %s%n", Files.size(archive) / 1e6, more);
        System.out.println(
                "archive  check-in s  idle RSS MiB  anonymous MiB  peak MiB  CPU s  threads");
        try (AgentRoot agent = AgentRoot.prepare(lock, store, Progress.SILENT)) {
            for (boolean with : new boolean[] {false, true}) {
                for (int run = 0; run < RUNS; run++) {
                    Path work = Files.createTempDirectory(store.folder(), "bench-");
                    try {
                        var flags = new ArrayList<>(more);
                        if (with) {
                            Path here = Files.copy(archive, work.resolve("agent.aot"));
                            // on: an archive that does not fit is an error here
                            flags.addAll(List.of("-XX:AOTMode=on", "-XX:AOTCache=" + here));
                        }
                        System.out.println(
                                (with ? "with     " : "without  ") + row(agent, work, flags));
                    } finally {
                        Folders.delete(work);
                    }
                }
            }
        }
        System.exit(0);
    }

    private static String row(AgentRoot agent, Path work, List<String> flags) throws Exception {
        try (var fleet = new DemoFleet(work.resolve("server"), "127.0.0.1", 1)) {
            fleet.start();
            var device = new TrainingDevice(work.resolve("device"), fleet.provisioning());
            device.boot(FACTORY);
            publish(fleet, work, FIRST);
            Process first = start(agent, work, device, flags);
            await(fleet, _ -> true);
            fleet.startRollout(FIRST);
            first.waitFor();

            device.boot(FIRST);
            publish(fleet, work, SECOND);
            long began = System.nanoTime();
            Process second = start(agent, work, device, flags);
            await(fleet, seen -> runs(seen, FIRST));
            double checkIn = (System.nanoTime() - began) / 1e9;
            Thread.sleep(IDLE);
            Map<String, Long> idle = status(second);
            fleet.startRollout(SECOND);
            Map<String, Long> last = idle;
            Duration cpu = Duration.ZERO;
            while (second.isAlive()) {
                Map<String, Long> now = status(second);
                if (now.containsKey("VmHWM")) last = now;
                cpu = second.toHandle().info().totalCpuDuration().orElse(cpu);
                Thread.sleep(20);
            }
            if (second.exitValue() != 75) throw new IOException("ended with " + second.exitValue());
            return String.format(
                    Locale.ROOT,
                    "%10.2f  %12.1f  %13.1f  %8.1f  %5.1f  %7d",
                    checkIn,
                    mebibytes(idle, "VmRSS"),
                    mebibytes(idle, "RssAnon"),
                    mebibytes(last, "VmHWM"),
                    cpu.toMillis() / 1e3,
                    idle.getOrDefault("Threads", 0L));
        }
    }

    private static void publish(DemoFleet fleet, Path work, Version release) throws IOException {
        fleet.publish(TrainingRelease.make(work.resolve(release.text()), release));
    }

    static Process start(AgentRoot agent, Path work, TrainingDevice device, List<String> flags)
            throws IOException {
        List<String> run = List.of("run", "--device-folder", device.folder().toString());
        return new ProcessBuilder(agent.command(work, flags, run))
                .redirectErrorStream(true)
                .redirectOutput(work.resolve("agent.log").toFile())
                .start();
    }

    static void await(DemoFleet fleet, Predicate<JsonObject> seen) throws Exception {
        while (fleet.device().filter(seen).isEmpty()) Thread.sleep(10);
    }

    private static boolean runs(JsonObject device, Version release) {
        return device.optionalObject("running")
                .filter(running -> running.text("release").equals(release.text()))
                .isPresent();
    }

    private static double mebibytes(Map<String, Long> status, String name) {
        return status.getOrDefault(name, 0L) / 1024.0;
    }

    /// Numbers of /proc/PID/status: kB, or a count.
    static Map<String, Long> status(Process process) throws IOException {
        try {
            return Files.readAllLines(Path.of("/proc", Long.toString(process.pid()), "status"))
                    .stream()
                    .map(line -> line.split(":\\s+", 2))
                    .filter(pair -> pair.length == 2 && pair[1].matches("[0-9]+( kB)?"))
                    .collect(
                            Collectors.toMap(
                                    pair -> pair[0],
                                    pair -> Long.parseLong(pair[1].split(" ", 2)[0])));
        } catch (java.nio.file.NoSuchFileException ended) {
            return Map.of();
        }
    }
}
