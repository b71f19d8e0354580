// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.content;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.core.Digest;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PackWriterTest {
    @TempDir Path folder;

    @Test
    void writes_a_chunk_once_however_often_it_is_added() throws IOException {
        byte[] raw = new byte[5_000];
        byte[] frame = Frame.pack(raw);
        Chunk chunk = Frame.describe(raw, frame);
        try (PackWriter pack = PackWriter.create(folder.resolve("pack"))) {
            long first = pack.add(chunk, frame);
            long size = pack.sizeBytes();

            assertThat(pack.add(chunk, frame)).isEqualTo(first).isEqualTo(8);
            assertThat(pack.sizeBytes()).isEqualTo(size);
            assertThat(pack.find(chunk.raw())).contains(chunk);
        }
    }

    @Test
    void a_pack_that_was_not_finished_leaves_no_file() throws IOException {
        Path file = folder.resolve("pack");
        PackWriter.create(file).close();

        assertThat(file).doesNotExist();
    }

    @Test
    void never_writes_over_a_file() throws IOException {
        Path file = Files.writeString(folder.resolve("pack"), "dear");

        assertThatThrownBy(() -> PackWriter.create(file))
                .isInstanceOf(FileAlreadyExistsException.class);
        assertThat(file).hasContent("dear");
    }

    @Test
    void refuses_a_frame_of_another_length_than_its_description() throws IOException {
        byte[] raw = new byte[100];
        Chunk chunk = Frame.describe(raw, Frame.pack(raw));
        try (PackWriter pack = PackWriter.create(folder.resolve("pack"))) {
            assertThatThrownBy(() -> pack.add(chunk, new byte[3]))
                    .isInstanceOf(ContentFault.WrongFrame.class);
            assertThat(pack.sizeBytes()).isEqualTo(8);
        }
    }

    @Test
    void indexing_gives_the_same_bytes_with_one_worker_and_with_five() throws IOException {
        byte[] image = Images.random(new Random(5), 3_000_000);
        Path file = Files.write(folder.resolve("image"), image);

        var one = indexed(file, 1);
        var five = indexed(file, 5);

        assertThat(five).isEqualTo(one);
        assertThat(one.index().image()).isEqualTo(Digest.of(image));
    }

    @Test
    void an_image_that_was_indexed_before_adds_nothing() throws IOException {
        Path file = Files.write(folder.resolve("image"), Images.random(new Random(6), 500_000));
        try (PackWriter pack = PackWriter.create(folder.resolve("pack"))) {
            var first = new ImageIndexer(2).index(file, pack);
            var second = new ImageIndexer(2).index(file, pack);

            assertThat(first.newChunks()).isPositive();
            assertThat(second.newChunks()).isZero();
            assertThat(second.newFrameBytes()).isZero();
            assertThat(second.index()).isEqualTo(first.index());
        }
    }

    @Test
    void an_empty_image_has_an_index_without_chunks() throws IOException {
        Path file = Files.write(folder.resolve("image"), new byte[0]);

        ChunkIndex index = indexed(file, 1).index();

        assertThat(ChunkIndex.read(index.toBytes())).isEqualTo(index);
        assertThat(index.chunks()).isEmpty();
    }

    @Test
    void a_failure_in_one_of_many_workers_ends_the_work_with_that_failure() {
        var left = new Random(7).ints(100).iterator();
        assertThatThrownBy(() ->
                        Parallel.inOrder(
                                () ->
                                        left.hasNext()
                                                ? java.util.Optional.of(left.next())
                                                : java.util.Optional.empty(),
                                3,
                                number -> {
                                    throw new IllegalStateException("worker");
                                },
                                result -> {}))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("worker");
        assertThat(left.hasNext()).isTrue();
    }

    private record Result(ChunkIndex index, Digest pack) {}

    private Result indexed(Path image, int workers) throws IOException {
        try (PackWriter pack = PackWriter.create(folder.resolve("pack-" + workers))) {
            ChunkIndex index = new ImageIndexer(workers).index(image, pack).index();
            return new Result(index, pack.finish());
        }
    }
}
