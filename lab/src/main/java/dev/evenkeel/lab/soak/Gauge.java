// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.lab.soak;

import dev.evenkeel.boot.Region;
import dev.evenkeel.boot.StatePartition;
import dev.evenkeel.testkit.Medium;
import dev.evenkeel.testkit.SimulatedDisk;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/// Measures what server and agents take.
///
/// Server and agents share a heap, so the server's part is measured by its absence: whenever it is
/// stopped, what is used after a collection is all but the server. Between two stops the rest is
/// taken to be as large as at the last one; the simulated media, which change with every update,
/// are counted byte by byte and taken out of both.
final class Gauge {
    private static final int ARRAY_HEADER_BYTES = 16;

    /// The serial collector leaves dead objects where moving the living is not worth it, in three
    /// full collections of four.
    private static final int COLLECTIONS = 4;

    private final List<SoakDevice> devices;
    private final SoakServer server;
    private final SoakReleases releases;
    private long otherHeap;

    Gauge(List<SoakDevice> devices, SoakServer server, SoakReleases releases) {
        this.devices = devices;
        this.server = server;
        this.releases = releases;
    }

    /// To be called while the server is stopped.
    void weighWithoutServer() {
        otherHeap = usedHeap() - mediaBytes();
    }

    Sample sample(int day) throws IOException {
        Path data = server.data();
        long most = 0;
        long sum = 0;
        for (SoakDevice device : devices) {
            long state = stateBytes(device);
            most = Math.max(most, state);
            sum += state;
        }
        return new Sample(
                day,
                size(data, "evenkeel.db"),
                size(data, "repository/"),
                size(data, "repository/metadata/"),
                Math.max(0, usedHeap() - mediaBytes() - otherHeap),
                otherHeap / devices.size(),
                most,
                sum / devices.size());
    }

    /// Content of both copies of all regions, without the room that each has.
    private static long stateBytes(SoakDevice device) {
        var state = new StatePartition(device.device().disk("state"));
        long bytes = 0;
        for (Region region : Region.values()) {
            for (StatePartition.Copy copy : state.copies(region)) {
                bytes += copy.content().map(content -> content.length).orElse(0);
            }
        }
        return bytes;
    }

    private static long usedHeap() {
        var memory = ManagementFactory.getMemoryMXBean();
        long least = Long.MAX_VALUE;
        for (int i = 0; i < COLLECTIONS; i++) {
            memory.gc();
            least = Math.min(least, memory.getHeapMemoryUsage().getUsed());
        }
        return least;
    }

    private long mediaBytes() {
        Set<byte[]> pages = Collections.newSetFromMap(new IdentityHashMap<>());
        for (SoakDevice device : devices) {
            for (SimulatedDisk disk : device.device().disks.values()) {
                add(disk.medium(), pages);
                add(disk.seen(), pages);
            }
        }
        long images = releases.all().stream().mapToLong(SoakRelease::imageBytes).sum();
        return (long) pages.size() * (Medium.PAGE_BYTES + ARRAY_HEADER_BYTES) + images;
    }

    private static void add(Medium medium, Set<byte[]> pages) {
        medium.writtenPages().forEach(number -> pages.add(medium.page(number)));
    }

    /// Of all files whose path in the folder begins so.
    private static long size(Path folder, String begin) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            long bytes = 0;
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                if (folder.relativize(file).toString().startsWith(begin)) {
                    bytes += Files.size(file);
                }
            }
            return bytes;
        }
    }
}
