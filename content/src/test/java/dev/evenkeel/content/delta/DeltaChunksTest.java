// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.content.delta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.content.Chunk;
import dev.evenkeel.content.ChunkIndex;
import dev.evenkeel.content.LocalChunks;
import dev.evenkeel.content.RandomBytes;
import dev.evenkeel.content.ReusePlan;
import dev.evenkeel.core.Digest;
import dev.evenkeel.core.MalformedInput;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeltaChunksTest {
    private static final int CHUNK_BYTES = 200_000;

    @TempDir private static Path folder;
    private static byte[] old;
    private static ChunkIndex index;

    /// New bytes that do not compress fill more than one of the small frames.
    @BeforeAll
    static void a_delta_between_images_of_which_most_is_new() throws IOException {
        var random = new SplittableRandom(11);
        old = bytes(random, 1_000_000);
        byte[] fresh = bytes(random, 6_400_000);
        System.arraycopy(old, 0, fresh, 900_000, old.length);
        index = index(fresh);
        new Deltas(folder).make(old, fresh, 24L << 20);
    }

    private record Made(int chunk, byte[] raw) {}

    @Test
    void the_frames_in_order_make_every_chunk_once() throws Exception {
        try (DeltaFile delta = delta()) {
            var chunks = new DeltaChunks(delta.head(), index);
            List<Made> made = make(delta, chunks, old, 0, index.chunks().size());
            assertThat(delta.head().frames().size()).isGreaterThan(1);
            assertThat(made).hasSize(index.chunks().size());
            for (int i = 0; i < made.size(); i++) {
                assertThat(made.get(i).chunk()).isEqualTo(i);
                assertThat(Digest.of(made.get(i).raw())).isEqualTo(index.chunk(i).raw());
            }
        }
    }

    @Test
    void after_a_cut_the_frame_of_the_first_missing_chunk_is_the_next() throws Exception {
        try (DeltaFile delta = delta()) {
            for (int first : new int[] {1, 9, 17, 30}) {
                var chunks = new DeltaChunks(delta.head(), index);
                List<Made> made = make(delta, chunks, old, first, index.chunks().size());
                assertThat(made.getFirst().chunk()).isEqualTo(first);
                assertThat(made).hasSize(index.chunks().size() - first);
            }
        }
    }

    @Test
    void a_plan_takes_frames_for_what_only_they_have_and_fetches_what_lies_on_their_borders()
            throws Exception {
        try (DeltaFile delta = delta()) {
            var chunks = new DeltaChunks(delta.head(), index);
            long[] borders = delta.head().imageBorders();
            int onBorder = (int) (borders[1] / CHUNK_BYTES);
            var written = new BitSet();
            written.set(0, index.chunks().size());
            written.clear(onBorder);
            ReusePlan bare = ReusePlan.of(index, written, LocalChunks.none());
            assertThat(bare.with(index, chunks)).isEqualTo(bare);

            written.clear(onBorder + 1);
            ReusePlan one = ReusePlan.of(index, written, LocalChunks.none()).with(index, chunks);
            assertThat(one.sources().get(onBorder)).isEqualTo(new ReusePlan.Source.Fetched());
            assertThat(one.sources().get(onBorder + 1)).isEqualTo(new ReusePlan.Source.Patched());
            assertThat(one.deltaBytes()).isEqualTo(delta.head().frames().get(1).packedBytes());

            written.clear(onBorder - 1);
            ReusePlan two = ReusePlan.of(index, written, LocalChunks.none()).with(index, chunks);
            assertThat(two.patched().chunks()).isEqualTo(3);
            assertThat(two.fetched().chunks()).isZero();
        }
    }

    @Test
    void another_old_image_gives_no_chunk_that_is_wrong() throws Exception {
        byte[] other = old.clone();
        other[500_000] ^= 1;
        try (DeltaFile delta = delta()) {
            var chunks = new DeltaChunks(delta.head(), index);
            var made = new ArrayList<Made>();
            assertThatThrownBy(() -> make(delta, chunks, other, 0, index.chunks().size(), made))
                    .isInstanceOf(DeltaFault.WrongChunk.class)
                    .hasMessageContaining("chunk 7");
            assertThat(made).extracting(Made::chunk).containsExactly(0, 1, 2, 3, 4, 5, 6);
        }
    }

    @Test
    void an_old_image_that_cannot_be_read_is_told_apart_from_a_target_that_fails()
            throws Exception {
        try (DeltaFile delta = delta()) {
            var chunks = new DeltaChunks(delta.head(), index);
            assertThatThrownBy(() ->
                            make(delta, chunks, Arrays.copyOf(old, 10), 0, 1, new ArrayList<>()))
                    .isInstanceOf(DeltaFault.OtherOldImage.class);
            var apply = new DeltaApply(delta.head(), RandomBytes.of(old), Deltas.MEMORY);
            assertThatThrownBy(() ->
                            chunks.make(
                                    0,
                                    delta.frame(0),
                                    apply,
                                    (chunk, raw) -> {
                                        throw new IOException("disk full");
                                    }))
                    .isInstanceOf(IOException.class)
                    .hasMessage("disk full");
        }
    }

    @Test
    void a_delta_to_another_image_is_refused() throws Exception {
        try (DeltaFile delta = delta()) {
            assertThatThrownBy(() -> new DeltaChunks(delta.head(), index(old)))
                    .isInstanceOf(MalformedInput.class)
                    .hasMessageContaining("makes image " + index.image());
        }
    }

    private static DeltaFile delta() throws IOException {
        return DeltaFile.open(folder.resolve("delta"));
    }

    private static List<Made> make(
            DeltaFile delta, DeltaChunks chunks, byte[] base, int from, int to) throws IOException {
        var made = new ArrayList<Made>();
        make(delta, chunks, base, from, to, made);
        return made;
    }

    private static void make(
            DeltaFile delta, DeltaChunks chunks, byte[] base, int from, int to, List<Made> made)
            throws IOException {
        var apply = new DeltaApply(delta.head(), RandomBytes.of(base), Deltas.MEMORY);
        int next = from;
        while (next < to) {
            byte[] frame = delta.frame(chunks.nextFrame(next));
            next = chunks.make(next, frame, apply, (chunk, raw) -> made.add(new Made(chunk, raw)));
        }
    }

    private static ChunkIndex index(byte[] image) {
        var chunks = new ArrayList<Chunk>();
        for (int at = 0; at < image.length; at += CHUNK_BYTES) {
            byte[] raw = Arrays.copyOfRange(image, at, Math.min(image.length, at + CHUNK_BYTES));
            chunks.add(new Chunk(raw.length, Digest.of(raw), raw.length, Digest.of(raw)));
        }
        return new ChunkIndex(image.length, Digest.of(image), chunks);
    }

    private static byte[] bytes(RandomGenerator random, int length) {
        var bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }
}
