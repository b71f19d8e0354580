// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VolatileDiskTest {
    private static final int SECTOR = VolatileDisk.SECTOR_BYTES;
    private static final int SECTORS = 256;

    @TempDir Path folder;

    /// The disk as a naive list of what each sector may hold after a cut; the last is what reads.
    private static final class Model {
        final List<List<byte[]>> versions = new ArrayList<>();

        Model() {
            for (int i = 0; i < SECTORS; i++) {
                versions.add(new ArrayList<>(List.of(new byte[SECTOR])));
            }
        }

        void write(int sector, byte[] content, boolean through) {
            for (int i = 0; i < content.length / SECTOR; i++) {
                List<byte[]> held = versions.get(sector + i);
                if (through) held.clear();
                held.add(Arrays.copyOfRange(content, i * SECTOR, (i + 1) * SECTOR));
            }
        }

        void flush() {
            for (List<byte[]> held : versions) {
                held.subList(0, held.size() - 1).clear();
            }
        }

        void settle(byte[] found) {
            for (int i = 0; i < SECTORS; i++) {
                byte[] sector = Arrays.copyOfRange(found, i * SECTOR, (i + 1) * SECTOR);
                assertThat(versions.get(i))
                        .as("sector %d holds one of the versions it may hold", i)
                        .anyMatch(version -> Arrays.equals(version, sector));
                versions.set(i, new ArrayList<>(List.of(sector)));
            }
        }

        byte[] newest() {
            var bytes = ByteBuffer.allocate(SECTORS * SECTOR);
            versions.forEach(held -> bytes.put(held.getLast()));
            return bytes.array();
        }
    }

    private Path emptyDisk() throws IOException {
        return Files.write(folder.resolve("disk.img"), new byte[SECTORS * SECTOR]);
    }

    private static byte[] all(VolatileDisk disk) throws IOException {
        var bytes = new byte[(int) disk.sizeBytes()];
        disk.read(0, ByteBuffer.wrap(bytes));
        return bytes;
    }

    private static byte[] pattern(Random random, int sectors) {
        var bytes = new byte[sectors * SECTOR];
        random.nextBytes(bytes);
        return bytes;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void behaves_as_the_naive_model_before_and_after_every_cut(long seed) throws IOException {
        var random = new Random(seed);
        var model = new Model();
        // a cache that is often too small, so that spilling is part of what is tested
        long cacheBytes = seed % 2 == 0 ? 40 * SECTOR : VolatileDisk.CACHE_BYTES;
        try (var disk = VolatileDisk.open(emptyDisk(), cacheBytes)) {
            for (int step = 0; step < 3_000; step++) {
                int sectors = 1 + random.nextInt(16);
                int at = random.nextInt(SECTORS - sectors + 1);
                boolean through = random.nextInt(8) == 0;
                switch (random.nextInt(20)) {
                    case 0 -> {
                        disk.flush();
                        model.flush();
                    }
                    case 1 -> {
                        disk.cut(random.nextLong());
                        disk.powerOn();
                        model.settle(all(disk));
                    }
                    case 2, 3 -> {
                        disk.writeZeros((long) at * SECTOR, (long) sectors * SECTOR, through);
                        model.write(at, new byte[sectors * SECTOR], through);
                    }
                    case 4, 5 -> {
                        var found = new byte[sectors * SECTOR];
                        disk.read((long) at * SECTOR, ByteBuffer.wrap(found));
                        assertThat(found)
                                .isEqualTo(
                                        Arrays.copyOfRange(
                                                model.newest(),
                                                at * SECTOR,
                                                (at + sectors) * SECTOR));
                    }
                    default -> {
                        byte[] content = pattern(random, sectors);
                        disk.write((long) at * SECTOR, content.clone(), through);
                        model.write(at, content, through);
                    }
                }
                if (step % 50 == 0) assertThat(all(disk)).isEqualTo(model.newest());
            }
            assertThat(disk.counters().tornWrites()).isPositive();
            assertThat(disk.counters().lostWrites()).isPositive();
            assertThat(disk.counters().spilledWrites() > 0).isEqualTo(seed % 2 == 0);
        }
    }

    @Test
    void loses_what_was_not_flushed_and_keeps_what_was() throws IOException {
        try (var disk = VolatileDisk.open(emptyDisk())) {
            disk.write(0, pattern(new Random(1), 8), false);
            disk.flush();
            byte[] flushed = all(disk);
            int unchanged = 0;
            for (int seed = 0; seed < 50; seed++) {
                disk.write(0, pattern(new Random(2), 8), false);
                disk.cut(seed);
                disk.powerOn();
                if (Arrays.equals(all(disk), flushed)) unchanged++;
                disk.write(0, Arrays.copyOf(flushed, 8 * SECTOR), true);
            }
            assertThat(unchanged).isBetween(5, 45);
        }
    }

    @Test
    void the_same_seed_cuts_the_same_way() throws IOException {
        byte[][] found = new byte[2][];
        PowerCut[] cuts = new PowerCut[2];
        for (int run = 0; run < 2; run++) {
            try (var disk = VolatileDisk.open(emptyDisk())) {
                var random = new Random(9);
                for (int i = 0; i < 100; i++) {
                    disk.write(random.nextInt(240) * (long) SECTOR, pattern(random, 16), false);
                }
                cuts[run] = disk.cut(42);
                disk.powerOn();
                found[run] = all(disk);
            }
        }
        assertThat(found[0]).isEqualTo(found[1]);
        assertThat(cuts[0]).isEqualTo(cuts[1]);
    }

    @Test
    void answers_nothing_without_power() throws IOException {
        try (var disk = VolatileDisk.open(emptyDisk())) {
            disk.cut(1);
            assertThatThrownBy(() -> disk.read(0, ByteBuffer.allocate(SECTOR)))
                    .isInstanceOf(PowerIsOff.class)
                    .hasMessageContaining("has no power");
        }
    }

    @Test
    void an_orderly_close_keeps_everything() throws IOException {
        byte[] written = pattern(new Random(3), SECTORS);
        try (var disk = VolatileDisk.open(emptyDisk())) {
            disk.write(0, written.clone(), false);
            assertThat(disk.unflushedBytes()).isEqualTo(written.length);
        }
        assertThat(folder.resolve("disk.img")).hasBinaryContent(written);
    }

    @Test
    void refuses_a_write_past_the_end_and_changes_nothing() throws IOException {
        try (var disk = VolatileDisk.open(emptyDisk())) {
            assertThatThrownBy(() -> disk.write((SECTORS - 1L) * SECTOR, new byte[1024], false))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("lie outside");
            assertThat(disk.unflushedBytes()).isZero();
        }
    }

    @Test
    void refuses_a_file_that_is_no_disk() throws IOException {
        Path odd = Files.write(folder.resolve("odd"), new byte[700]);
        assertThatThrownBy(() -> VolatileDisk.open(odd))
                .isInstanceOf(LabFailure.class)
                .hasMessageContaining("its size is 700 bytes");
    }

    @Test
    void takes_a_hundred_megabytes_of_small_writes_in_seconds() throws IOException {
        Path file = folder.resolve("large.img");
        try (var channel = new java.io.RandomAccessFile(file.toFile(), "rw")) {
            channel.setLength(256L << 20);
        }
        long start = System.nanoTime();
        try (var disk = VolatileDisk.open(file)) {
            var random = new Random(5);
            for (int i = 0; i < 25_600; i++) {
                disk.write(random.nextInt(65_536) * 4096L, new byte[4096], i % 64 == 0);
            }
            assertThat(disk.counters().bytesWritten()).isEqualTo(100L << 20);
            disk.flush();
        }
        assertThat((System.nanoTime() - start) / 1e9).isLessThan(20);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void the_power_may_fail_inside_a_write_which_then_was_never_promised(boolean through)
            throws IOException {
        byte[] content = pattern(new Random(1), 4);
        try (var disk = VolatileDisk.open(emptyDisk())) {
            disk.cutWhen(operation -> operation.touches(SECTOR, 2 * SECTOR), keepingNothing());
            disk.write(8L * SECTOR, content.clone(), true);
            assertThatThrownBy(() -> disk.write(0, content.clone(), through))
                    .isInstanceOf(PowerIsOff.class);

            assertThat(disk.isPowered()).isFalse();
            assertThat(disk.lastCut())
                    .hasValueSatisfying(cut -> assertThat(cut.lostWrites()).isEqualTo(1));
            disk.powerOn();
            assertThat(Arrays.copyOf(all(disk), 4 * SECTOR)).containsOnly(0);
            assertThat(Arrays.copyOfRange(all(disk), 8 * SECTOR, 12 * SECTOR)).isEqualTo(content);
            // it springs once
            disk.write(0, content.clone(), through);
        }
    }

    @Test
    void a_flush_in_which_the_power_fails_has_promised_nothing() throws IOException {
        try (var disk = VolatileDisk.open(emptyDisk())) {
            disk.write(0, pattern(new Random(1), 4), false);
            disk.cutWhen(DiskOperation::isFlush, keepingNothing());
            assertThatThrownBy(disk::flush).isInstanceOf(PowerIsOff.class);
            disk.powerOn();
            assertThat(all(disk)).containsOnly(0);
        }
    }

    @Test
    void tells_which_writes_overtook_older_ones_that_were_lost() throws IOException {
        try (var disk = VolatileDisk.open(emptyDisk())) {
            for (int i = 0; i < 200; i++) {
                disk.write((long) i * SECTOR, pattern(new Random(i), 1), false);
            }
            PowerCut cut = disk.cut(7);
            disk.powerOn();
            byte[] found = all(disk);
            int firstLost = 0;
            while (found[firstLost * SECTOR] != 0 || found[firstLost * SECTOR + 1] != 0) {
                firstLost++;
            }
            int later = 0;
            for (int i = firstLost; i < 200; i++) {
                if (!Arrays.equals(
                        new byte[SECTOR], Arrays.copyOfRange(found, i * SECTOR, (i + 1) * SECTOR)))
                    later++;
            }
            assertThat(cut.overtakingWrites()).isPositive().isEqualTo(later);
        }
    }

    /// What a disk over another one reads is what a disk of its own would read.
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void a_disk_over_another_begins_as_that_and_never_changes_it(long seed) throws IOException {
        var random = new Random(seed);
        byte[] before = pattern(random, SECTORS);
        Path base = Files.write(folder.resolve("base.img"), before);
        Path alone = Files.write(folder.resolve("alone.img"), before);
        Path layer = Files.write(folder.resolve("layer"), pattern(random, 99));
        try (var over = VolatileDisk.over(base, layer);
                var own = VolatileDisk.open(alone)) {
            for (int step = 0; step < 300; step++) {
                int sectors = 1 + random.nextInt(20);
                long at = (long) random.nextInt(SECTORS - sectors + 1) * SECTOR;
                byte[] content = pattern(random, sectors);
                for (VolatileDisk disk : List.of(over, own)) {
                    if (step % 7 == 0) disk.writeZeros(at, content.length, false);
                    else disk.write(at, content.clone(), step % 3 == 0);
                    if (step % 11 == 0) disk.flush();
                    if (step % 23 == 0) {
                        disk.cut(step);
                        disk.powerOn();
                    }
                }
                assertThat(all(over)).isEqualTo(all(own));
            }
        }
        assertThat(Files.readAllBytes(base)).isEqualTo(before);
    }

    private static long keepingNothing() {
        for (long seed = 0; ; seed++) {
            var random = new Random(seed);
            // as a cut draws it for one write: the shuffle of one draws nothing
            if (random.nextDouble() < 0.01) return seed;
        }
    }
}
