// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.content.delta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.content.RandomBytes;
import dev.evenkeel.content.filesystem.FilesystemTools;
import dev.evenkeel.core.MalformedInput;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// From one image to the other and nothing else, whatever they are.
class DeltaTest {
    @TempDir Path folder;
    private Deltas deltas;

    @BeforeEach
    void deltas() {
        deltas = new Deltas(folder);
    }

    @Test
    void what_was_changed_at_random_comes_back() throws Exception {
        long first = Long.getLong("seed", System.nanoTime());
        for (long seed = first; seed < first + 60; seed++) {
            var random = new SplittableRandom(seed);
            byte[] old = bytes(random, random.nextInt(0, 40_000));
            byte[] fresh = changed(random, old);
            assertThat(deltas.apply(old, deltas.make(old, fresh)))
                    .as("-Dseed=" + seed)
                    .isEqualTo(fresh);
        }
    }

    @Test
    void the_same_image_costs_next_to_nothing() throws Exception {
        byte[] image = bytes(new SplittableRandom(1), 3 << 20);
        byte[] delta = deltas.make(image, image);
        assertThat(deltas.apply(image, delta)).isEqualTo(image);
        assertThat(delta.length).isLessThan(600);
    }

    @Test
    void a_moved_half_is_found_again() throws Exception {
        byte[] old = bytes(new SplittableRandom(2), 1 << 20);
        var fresh = new byte[old.length];
        System.arraycopy(old, 0, fresh, old.length / 2, old.length / 2);
        System.arraycopy(old, old.length / 2, fresh, 0, old.length / 2);
        byte[] delta = deltas.make(old, fresh);
        assertThat(deltas.apply(old, delta)).isEqualTo(fresh);
        assertThat(delta.length).isLessThan(1000);
    }

    @Test
    void the_same_pair_gives_the_same_delta() throws Exception {
        var random = new SplittableRandom(3);
        byte[] old = bytes(random, 300_000);
        byte[] fresh = changed(random, old);
        assertThat(deltas.make(old, fresh)).isEqualTo(deltas.make(old, fresh));
    }

    @Test
    void a_change_inside_of_an_archive_costs_the_change_and_not_the_archive() throws Exception {
        var random = new SplittableRandom(4);
        byte[] one = text(random, 200_000);
        byte[] two = one.clone();
        two[100_000] ^= 1;
        byte[] delta = deltas.make(zip(one), zip(two));
        assertThat(deltas.apply(zip(one), delta)).isEqualTo(zip(two));
        assertThat(delta.length).isLessThan(2000);
        assertThat(zip(two).length).isGreaterThan(20_000);
    }

    /// The file lies in several pieces, with tables of the filesystem between them.
    @Test
    void a_file_cut_short_that_lies_across_block_groups_is_a_copy() throws Exception {
        byte[] large = bytes(new SplittableRandom(8), 20 << 20);
        byte[] old = ext4(large);
        byte[] fresh = ext4(Arrays.copyOf(large, 15 << 20));
        byte[] delta = deltas.make(old, fresh);
        assertThat(deltas.apply(old, delta)).isEqualTo(fresh);
        assertThat(delta.length).isLessThan(20_000);
    }

    private byte[] ext4(byte[] file) throws IOException {
        Path tree = Files.createDirectories(folder.resolve("tree"));
        Files.write(tree.resolve("large"), file);
        Path image =
                new FilesystemTools(folder)
                        .ext4(
                                tree,
                                "24m",
                                "-t",
                                "ext4",
                                "-b",
                                "1024",
                                "-O",
                                "^flex_bg,^has_journal");
        return Files.readAllBytes(image);
    }

    @Test
    void moved_functions_cost_nothing() throws Exception {
        byte[] old = ElfSample.program(10, Integer.MAX_VALUE);
        byte[] fresh = ElfSample.program(10, 200);
        byte[] delta = deltas.make(old, fresh);
        assertThat(deltas.apply(old, delta)).isEqualTo(fresh);
        // about half of 2,400 calls and 400 addresses read differently
        assertThat(delta.length).isLessThan(900);
    }

    @Test
    void an_old_image_that_is_one_bit_off_never_gives_a_new_one() throws Exception {
        var random = new SplittableRandom(5);
        byte[] old = bytes(random, 200_000);
        byte[] fresh = old.clone();
        fresh[150_000]++;
        byte[] delta = deltas.make(old, fresh);
        byte[] other = old.clone();
        other[70_000] ^= 4;
        try (var file = DeltaFile.open(folder.resolve("delta"))) {
            var apply = new DeltaApply(file.head(), RandomBytes.of(other), Deltas.MEMORY);
            assertThatThrownBy(apply::requireBase).isInstanceOf(DeltaFault.OtherOldImage.class);
        }
        assertThatThrownBy(() -> deltas.apply(other, delta)).isInstanceOf(DeltaFault.class);
    }

    @Test
    void a_delta_that_is_cut_or_flipped_anywhere_is_refused() throws Exception {
        var random = new SplittableRandom(6);
        byte[] old = bytes(random, 20_000);
        byte[] delta = deltas.make(old, changed(random, old));
        for (int length = 0; length < delta.length; length += 1 + length / 50) {
            byte[] cut = Arrays.copyOf(delta, length);
            assertThatThrownBy(() -> deltas.apply(old, cut))
                    .as("cut to " + length)
                    .isInstanceOfAny(MalformedInput.class, DeltaFault.class);
        }
        for (int at = 0; at < delta.length; at += 1 + delta.length / 300) {
            byte[] flipped = delta.clone();
            flipped[at] ^= (byte) (1 << random.nextInt(8));
            if (at == 6 || at == 7) continue; // reserved
            assertThatThrownBy(() -> deltas.apply(old, flipped))
                    .as("flipped at " + at)
                    .isInstanceOfAny(MalformedInput.class, DeltaFault.class);
        }
    }

    /// A new program is one frame in the first way that is tried, too large for a small device.
    @Test
    void a_delta_never_takes_more_memory_than_it_was_asked_for() throws Exception {
        byte[] old = ElfSample.program(10, 200);
        byte[] fresh = Arrays.copyOf(old, 14 << 20);
        byte[] noise = bytes(new SplittableRandom(9), fresh.length - old.length);
        System.arraycopy(noise, 0, fresh, old.length, noise.length);
        long allowed = DeltaMaker.SMALLEST_MEMORY_BYTES;
        byte[] delta = deltas.make(old, fresh, allowed);
        assertThat(deltas.apply(old, delta)).isEqualTo(fresh);
        assertThat(DeltaHead.read(delta).memoryBytes()).isLessThanOrEqualTo(allowed);
    }

    @Test
    void more_memory_than_allowed_is_refused_before_anything_is_made() throws Exception {
        byte[] old = bytes(new SplittableRandom(7), 20_000);
        deltas.make(old, old);
        try (var file = DeltaFile.open(folder.resolve("delta"))) {
            long needed = file.head().memoryBytes();
            assertThatThrownBy(() -> new DeltaApply(file.head(), RandomBytes.of(old), needed - 1))
                    .isInstanceOf(DeltaFault.TooMuchMemory.class)
                    .hasMessageContaining("--memory");
        }
    }

    @Test
    void a_frame_can_be_made_again_alone() throws Exception {
        var random = new SplittableRandom(8);
        // literal bytes that do not compress fill more than one frame of the small kind
        byte[] old = bytes(random, 100_000);
        byte[] fresh = new byte[7 << 20];
        random.nextBytes(fresh);
        deltas.make(old, fresh, 24L << 20);
        try (var file = DeltaFile.open(folder.resolve("delta"))) {
            var apply = new DeltaApply(file.head(), RandomBytes.of(old), Deltas.MEMORY);
            int last = file.head().frames().size() - 1;
            assertThat(last).isPositive();
            var made = new ByteArrayOutputStream();
            apply.frame(last, file.frame(last), made::write);
            long at = file.head().imageBorders()[last];
            assertThat(made.toByteArray())
                    .isEqualTo(Arrays.copyOfRange(fresh, (int) at, fresh.length));
        }
    }

    @Test
    void nothing_is_left_where_an_image_is_missing() {
        Path delta = folder.resolve("delta");
        assertThatThrownBy(() ->
                        new DeltaMaker(Deltas.MEMORY, (step, done, whole) -> {})
                                .make(folder.resolve("absent"), folder.resolve("absent"), delta))
                .isInstanceOf(IOException.class);
        assertThat(Files.exists(delta)).isFalse();
    }

    private static byte[] bytes(RandomGenerator random, int length) {
        var bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    /// Words, so that it compresses.
    private static byte[] text(RandomGenerator random, int length) {
        var text = new StringBuilder();
        while (text.length() < length) {
            text.append(Integer.toString(random.nextInt(5000), 36)).append(' ');
        }
        return text.substring(0, length).getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] zip(byte[] content) throws IOException {
        var out = new ByteArrayOutputStream();
        try (var zip = new ZipOutputStream(out)) {
            for (String name : new String[] {"first", "second"}) {
                var entry = new ZipEntry(name);
                entry.setTime(0);
                zip.putNextEntry(entry);
                zip.write(
                        name.equals("first")
                                ? content
                                : "always the same".getBytes(StandardCharsets.US_ASCII));
            }
        }
        return out.toByteArray();
    }

    /// Bytes inserted, removed, overwritten, moved, and zeros.
    private static byte[] changed(RandomGenerator random, byte[] old) {
        var out = new ByteArrayOutputStream();
        int at = 0;
        while (at < old.length) {
            int run = Math.min(old.length - at, random.nextInt(1, 9000));
            switch (random.nextInt(8)) {
                case 0 -> out.writeBytes(bytes(random, random.nextInt(1, 500)));
                case 1 -> out.writeBytes(new byte[random.nextInt(1, 20_000)]);
                case 2 -> {
                    byte[] some = Arrays.copyOfRange(old, at, at + run);
                    for (int i = 0; i < some.length; i += random.nextInt(3, 200)) some[i]++;
                    out.writeBytes(some);
                }
                case 3 -> {}
                case 4 -> {
                    int from = random.nextInt(old.length);
                    out.write(old, from, Math.min(run, old.length - from));
                }
                default -> out.write(old, at, run);
            }
            at += run;
        }
        return out.toByteArray();
    }
}
