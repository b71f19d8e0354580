// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.image;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/// Measures each stage of a build by what the kernel counts for this process and its children
/// (proc_pid_stat(5), fields utime to cstime).
final class StageMeter implements AutoCloseable {
    private static final int SAMPLE_MILLIS = 250;
    private static final long TICK_MILLIS = 10;

    private final List<StageTime> stages = new ArrayList<>();
    private final AtomicLong peak = new AtomicLong();
    private final Thread sampler;
    private String stage = "";
    private long wallStart;
    private long cpuStart;

    StageMeter() {
        sampler = Thread.ofVirtual().start(this::sample);
    }

    void begin(String name) {
        end();
        stage = name;
        wallStart = System.nanoTime();
        cpuStart = cpuMillis();
        peak.set(memoryBytes());
    }

    List<StageTime> stages() {
        end();
        return List.copyOf(stages);
    }

    @Override
    public void close() {
        sampler.interrupt();
    }

    private void end() {
        if (stage.isEmpty()) return;
        peak.accumulateAndGet(memoryBytes(), Math::max);
        long wall = (System.nanoTime() - wallStart) / 1_000_000;
        stages.add(new StageTime(stage, wall, cpuMillis() - cpuStart, peak.get()));
        stage = "";
    }

    private void sample() {
        try {
            while (true) {
                Thread.sleep(SAMPLE_MILLIS);
                peak.accumulateAndGet(memoryBytes(), Math::max);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private static long cpuMillis() {
        String stat = read("/proc/self/stat");
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        // after the name: state is field 3 of the manual, so utime (14) is at index 11
        return LongStream.of(11, 12, 13, 14).map(i -> Long.parseLong(fields[(int) i])).sum()
                * TICK_MILLIS;
    }

    private static long memoryBytes() {
        ProcessHandle self = ProcessHandle.current();
        return Stream.concat(Stream.of(self), self.descendants())
                .mapToLong(process -> resident("/proc/" + process.pid() + "/statm"))
                .sum();
    }

    private static long resident(String file) {
        String[] pages = read(file).split(" ", -1);
        return pages.length < 2 ? 0 : Long.parseLong(pages[1]) * 4096;
    }

    private static String read(String file) {
        try {
            return Files.readString(Path.of(file));
        } catch (IOException gone) {
            return "";
        }
    }
}
