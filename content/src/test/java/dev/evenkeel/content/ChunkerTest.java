// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.content;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.core.Digest;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ChunkerTest {
    @Test
    void cuts_the_same_image_at_the_same_borders_for_ever() throws IOException {
        var image = new byte[500_000];
        new Random(1).nextBytes(image);

        assertThat(chunks(image).stream().map(chunk -> chunk.length))
                .containsExactly(90390, 70796, 123929, 71923, 72096, 70866);
    }

    @Test
    void loses_no_byte_and_keeps_its_bounds() {
        Seeds.each(
                20,
                random -> {
                    byte[] image = Images.random(random, random.nextInt(2_000_000));

                    List<byte[]> chunks = chunks(image);

                    var joined = new ByteArrayOutputStream();
                    chunks.forEach(joined::writeBytes);
                    assertThat(joined.toByteArray()).isEqualTo(image);
                    for (int i = 0; i + 1 < chunks.size(); i++) {
                        assertThat(chunks.get(i).length)
                                .isBetween(Chunker.WHOLE.min(), Chunker.WHOLE.max());
                    }
                });
    }

    @Test
    void cuts_alike_however_the_stream_delivers_the_bytes() {
        Seeds.each(
                5,
                random -> {
                    byte[] image = Images.random(random, 1_000_000);
                    var dribble =
                            new FilterInputStream(new ByteArrayInputStream(image)) {
                                @Override
                                public int read(byte[] into, int offset, int length)
                                        throws IOException {
                                    int some = Math.min(length, random.nextInt(1, 70_000));
                                    return super.read(into, offset, some);
                                }
                            };

                    assertThat(names(chunks(dribble))).isEqualTo(names(chunks(image)));
                });
    }

    @Test
    void an_insertion_changes_no_chunk_before_it() {
        Seeds.each(
                10,
                random -> {
                    byte[] image = Images.random(random, 1_000_000);
                    int at = random.nextInt(image.length + 1);
                    byte[] shifted = Images.splice(image, at, 0, Images.random(random, 5_000));

                    List<byte[]> before = chunks(image);
                    List<byte[]> after = chunks(shifted);

                    int end = 0;
                    for (int i = 0; (end += before.get(i).length) < at; i++) {
                        assertThat(after.get(i)).isEqualTo(before.get(i));
                    }
                });
    }

    /// How far behind the insertion the old borders come back is chance, so one image proves
    /// nothing: a fixed sample does.
    @Test
    void an_insertion_changes_three_chunks_on_average() throws IOException {
        var random = new Random(3);
        int insertions = 20;
        int changed = 0;
        for (int i = 0; i < insertions; i++) {
            var image = new byte[3_000_000];
            random.nextBytes(image);
            var inserted = new byte[random.nextInt(1, 5_000)];
            random.nextBytes(inserted);
            byte[] shifted = Images.splice(image, random.nextInt(image.length), 0, inserted);

            Set<Digest> before = new HashSet<>(names(chunks(image)));
            changed +=
                    (int)
                            names(chunks(shifted)).stream()
                                    .filter(chunk -> !before.contains(chunk))
                                    .count();
        }

        assertThat(changed).isBetween(insertions, 3 * insertions);
    }

    @Test
    void chunks_of_random_bytes_have_about_the_average_length() throws IOException {
        var image = new byte[20_000_000];
        new Random(2).nextBytes(image);

        assertThat(image.length / chunks(image).size()).isBetween(55_000, 85_000);
    }

    @Test
    void a_run_of_zeros_is_one_chunk_again_and_again() throws IOException {
        assertThat(new HashSet<>(names(chunks(new byte[10 * Chunker.WHOLE.max()])))).hasSize(1);
    }

    private static List<byte[]> chunks(byte[] image) throws IOException {
        return chunks(new ByteArrayInputStream(image));
    }

    private static List<byte[]> chunks(InputStream image) throws IOException {
        var chunker = new Chunker(image, Chunker.WHOLE);
        var chunks = new ArrayList<byte[]>();
        for (Optional<byte[]> next = chunker.next(); next.isPresent(); next = chunker.next()) {
            chunks.add(next.get());
        }
        return chunks;
    }

    private static List<Digest> names(List<byte[]> chunks) {
        return chunks.stream().map(Digest::of).toList();
    }
}
