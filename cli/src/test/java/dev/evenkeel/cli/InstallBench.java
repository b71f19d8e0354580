// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.cli;

import dev.evenkeel.content.Folders;
import dev.evenkeel.core.Version;
import dev.evenkeel.core.json.JsonObject;
import dev.evenkeel.image.AgentRoot;
import dev.evenkeel.image.ReleaseFile;
import dev.evenkeel.image.lock.Lock;
import dev.evenkeel.image.lock.Store;
import dev.evenkeel.image.process.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/// Measures one full install of an image by the agent, in the Java and with the flags and the
/// archive of the slot: `InstallBench LOCK STORE IMAGE` (bench/install/run). The device knows
/// nothing of what it runs, so every byte is fetched, over TLS on loopback.
final class InstallBench {
    private static final Version FACTORY = new Version("1.0");
    private static final Version RELEASE = new Version("1.1");

    private InstallBench() {}

    public static void main(String[] arguments) throws Exception {
        Lock lock = Lock.read(Path.of(arguments[0]));
        var store = new Store(Path.of(arguments[1]));
        Path image = Path.of(arguments[2]);
        Path archive = new ClassArchive(lock, store, Progress.SILENT).find();
        Path work = Files.createTempDirectory(store.folder(), "bench-");
        try (AgentRoot agent = AgentRoot.prepare(lock, store, Progress.SILENT)) {
            Path here = Files.copy(archive, work.resolve("agent.aot"));
            List<String> flags = List.of("-XX:AOTMode=on", "-XX:AOTCache=" + here);
            System.out.println(install(agent, work, image, flags));
        } finally {
            Folders.delete(work);
        }
        System.exit(0);
    }

    private static JsonObject install(AgentRoot agent, Path work, Path image, List<String> flags)
            throws Exception {
        Path release = Files.createDirectories(work.resolve("release"));
        Files.copy(image, release.resolve(ReleaseFile.SLOT_IMAGE));
        TrainingRelease.around(release, RELEASE);
        try (var fleet = new DemoFleet(work.resolve("server"), "127.0.0.1", 1)) {
            fleet.start();
            fleet.publish(release);
            var device =
                    new TrainingDevice(
                            work.resolve("device"), fleet.provisioning(), Files.size(image));
            device.boot(FACTORY);
            Process process = AgentBench.start(agent, work, device, flags);
            AgentBench.await(fleet, _ -> true);
            Duration started = cpu(process, Duration.ZERO);
            long began = System.nanoTime();
            fleet.startRollout(RELEASE);
            long peak = 0;
            Duration all = started;
            while (process.isAlive()) {
                Map<String, Long> now = AgentBench.status(process);
                peak = Math.max(peak, now.getOrDefault("VmHWM", 0L) << 10);
                all = cpu(process, all);
                Thread.sleep(20);
            }
            double wall = (System.nanoTime() - began) / 1e9;
            if (process.exitValue() != 75) {
                throw new IOException(
                        "the agent ended with "
                                + process.exitValue()
                                + ": "
                                + Files.readString(work.resolve("agent.log")));
            }
            long served = fleet.device().orElseThrow().integer("payload_bytes_served");
            return JsonObject.of("method", "Evenkeel agent, over TLS")
                    .with("bytes", served)
                    .with("cpu_s", Double.toString(all.toMillis() / 1e3))
                    .with("of_it_start_s", Double.toString(started.toMillis() / 1e3))
                    .with("peak_bytes", peak)
                    .with("wall_s", Double.toString(Math.round(wall * 10) / 10.0))
                    .with("exact", Files.mismatch(image, device.folder().resolve("slot-b")) == -1);
        }
    }

    private static Duration cpu(Process process, Duration before) {
        return process.toHandle().info().totalCpuDuration().orElse(before);
    }
}
