// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.image;

import dev.evenkeel.image.blueprint.Blueprint;
import dev.evenkeel.image.lock.AgentBundle;
import dev.evenkeel.image.lock.Lock;
import dev.evenkeel.image.lock.Locker;
import dev.evenkeel.image.lock.Store;
import dev.evenkeel.image.process.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/// Locks and builds a blueprint and prints what each stage took: `bench/build`. Not a test of the
/// suite: its name keeps it out.
final class BuildBench {
    @Test
    @EnabledIfSystemProperty(named = "bench.blueprint", matches = ".+")
    void prints_what_each_stage_of_a_build_takes() throws IOException {
        String jars = System.getProperty("bench.jars");
        run(
                Path.of(System.getProperty("bench.blueprint")),
                Path.of(System.getProperty("bench.output")),
                new Store(Path.of(System.getProperty("bench.store"))),
                jars == null ? AgentJars.ofThisTest() : jars(Path.of(jars)));
    }

    private static void run(Path file, Path out, Store store, List<Path> jars) throws IOException {
        Blueprint blueprint = Blueprint.read(file);
        var agent = new AgentBundle(jars, Optional.empty());
        Path lockFile = out.resolveSibling(out.getFileName() + ".lock");
        Lock lock;
        if (Files.exists(lockFile)) {
            lock = Lock.read(lockFile).withAgent(agent, store);
        } else {
            lock = new Locker(store, agent, new Printed()).lock(blueprint, Optional.empty());
            Files.write(lockFile, lock.toBytes());
        }
        BuildResult result = Builder.build(blueprint, lock, store, out, new Printed());
        System.out.printf("%-14s %9s %9s %9s%n", "stage", "wall ms", "CPU ms", "peak MiB");
        for (StageTime stage : result.stages()) {
            System.out.printf(
                    "%-14s %9d %9d %9d%n",
                    stage.stage(), stage.wallMillis(), stage.cpuMillis(), stage.peakBytes() >> 20);
        }
        System.out.printf("all stages: %.1f CPU seconds%n", result.cpuMillis() / 1000.0);
        System.out.printf(
                "slot %d, boot %d, pack %d bytes%n",
                result.slotBytes(), result.bootBytes(), result.packBytes());
        result.sizes().parts().stream().limit(12).forEach(System.out::println);
        System.out.println("release " + result.release());
    }

    private static List<Path> jars(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return new ArrayList<>(files.filter(f -> f.toString().endsWith(".jar")).toList());
        }
    }

    private record Printed() implements Progress {
        @Override
        public void stage(String name) {
            System.out.println("== " + name);
        }

        @Override
        public void bytes(long done, long total) {}

        @Override
        public void note(String line) {
            System.out.println("   " + line);
        }
    }
}
