// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.content;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.core.Digest;
import dev.evenkeel.core.Limits;
import dev.evenkeel.core.MalformedInput;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The golden files are what repositories and devices hold: they change only with a new format
/// number. `UPDATE_EXPECTED=1` writes them anew.
class FormatsTest {
    @TempDir Path folder;

    private static final List<byte[]> RAW = raw();

    @Test
    void the_chunk_index_is_the_golden_one_both_ways() throws IOException {
        ChunkIndex index = index();

        assertThat(index.toBytes()).isEqualTo(golden("index-v1.bin", index.toBytes()));
        assertThat(ChunkIndex.read(golden("index-v1.bin", index.toBytes()))).isEqualTo(index);
    }

    @Test
    void the_locations_are_the_golden_ones_both_ways() throws IOException {
        Locations locations = locations();
        byte[] golden = golden("locations-v1.bin", locations.toBytes());

        assertThat(locations.toBytes()).isEqualTo(golden);
        assertThat(Locations.read(golden, locations.index())).isEqualTo(locations);
    }

    /// Other frames for the same chunks would be right, and yet every repository would hold the
    /// unchanged parts of an image again.
    @Test
    void the_compressor_is_pinned() throws IOException {
        byte[] frames = join(RAW.stream().map(Frame::pack).toList());

        assertThat(frames).isEqualTo(golden("frames-2.bin", frames));
    }

    @Test
    void the_pack_is_the_golden_one_both_ways() throws IOException {
        Path file = folder.resolve("pack");
        Digest name = write(file);
        byte[] golden = golden("pack-v1.bin", Files.readAllBytes(file));

        assertThat(Files.readAllBytes(file)).isEqualTo(golden);
        assertThat(name).isEqualTo(Digest.of(golden));
        Files.write(file, golden);
        try (PackFile pack = PackFile.open(file)) {
            long offset = pack.start();
            for (byte[] raw : RAW) {
                Chunk chunk = Frame.describe(raw, frame(raw));
                assertThat(Frame.unpack(pack.read(offset, chunk.frameBytes()), chunk))
                        .isEqualTo(raw);
                offset += chunk.frameBytes();
            }
            assertThat(offset).isEqualTo(pack.sizeBytes());
        }
    }

    @Test
    void header_and_entry_fields_of_a_later_writer_are_skipped() {
        ChunkIndex index = index();
        ByteBuffer later = ByteBuffer.allocate(60 + 80 * index.chunks().size());
        byte[] bytes = index.toBytes();
        later.put(bytes, 0, 56).putInt(0x6e657721);
        for (int i = 0; i < index.chunks().size(); i++) {
            later.put(bytes, 56 + 72 * i, 72).putLong(-1);
        }
        later.putShort(6, (short) 60).putShort(8, (short) 80);

        assertThat(ChunkIndex.read(later.array())).isEqualTo(index);
    }

    @Test
    void location_fields_of_a_later_writer_are_skipped() {
        Locations locations = locations();
        byte[] bytes = locations.toBytes();
        ByteBuffer later = ByteBuffer.allocate(bytes.length + 4 + 2 * 8 + 3 * 4);
        later.put(bytes, 0, 52).putInt(-1);
        later.put(bytes, 52, 40).putLong(-1).put(bytes, 92, 40).putLong(-1);
        for (int i = 0; i < 3; i++) {
            later.put(bytes, 132 + 12 * i, 12).putInt(-1);
        }
        later.putShort(6, (short) 56).putShort(8, (short) 48).putShort(10, (short) 16);

        assertThat(Locations.read(later.array(), locations.index())).isEqualTo(locations);
    }

    @Test
    void a_newer_format_is_refused_by_its_number() {
        byte[] bytes = index().toBytes();
        bytes[5] = 2;

        assertThatThrownBy(() -> ChunkIndex.read(bytes))
                .isInstanceOf(MalformedInput.class)
                .hasMessageContaining("has format 2, this version reads 1 to 1");
    }

    @Test
    void every_truncation_is_refused() {
        byte[] index = index().toBytes();
        for (int length = 0; length < index.length; length++) {
            byte[] cut = Arrays.copyOf(index, length);
            assertThatThrownBy(() -> ChunkIndex.read(cut)).isInstanceOf(MalformedInput.class);
        }
        Locations locations = locations();
        byte[] bytes = locations.toBytes();
        for (int length = 0; length < bytes.length; length++) {
            byte[] cut = Arrays.copyOf(bytes, length);
            assertThatThrownBy(() -> Locations.read(cut, locations.index()))
                    .isInstanceOf(MalformedInput.class);
        }
    }

    @Test
    void bytes_after_the_end_are_refused() {
        byte[] index = index().toBytes();
        byte[] longer = Arrays.copyOf(index, index.length + 1);

        assertThatThrownBy(() -> ChunkIndex.read(longer)).isInstanceOf(MalformedInput.class);
    }

    @Test
    void no_flipped_bit_gives_the_same_index_or_anything_but_a_clear_refusal() {
        ChunkIndex index = index();
        flipEveryBit(
                index.toBytes(),
                HEADER_RESERVED,
                flipped -> assertThat(ChunkIndex.read(flipped)).isNotEqualTo(index));
    }

    @Test
    void no_flipped_bit_gives_the_same_locations_or_anything_but_a_clear_refusal() {
        Locations locations = locations();
        flipEveryBit(
                locations.toBytes(),
                List.of(),
                flipped ->
                        assertThat(Locations.read(flipped, locations.index()))
                                .isNotEqualTo(locations));
    }

    @Test
    void lengths_and_counts_near_the_ends_of_their_types_are_refused_without_allocating_them() {
        for (int hostile : new int[] {-1, Integer.MIN_VALUE, Integer.MAX_VALUE, 0, 1 << 30}) {
            for (int at : new int[] {12, 56, 60}) { // count, raw bytes, frame bytes
                byte[] index = index().toBytes();
                ByteBuffer.wrap(index).putInt(at, hostile);
                assertThatThrownBy(() -> ChunkIndex.read(index)).isInstanceOf(MalformedInput.class);
            }
            for (int at : new int[] {12, 16}) { // packs, places
                byte[] locations = locations().toBytes();
                ByteBuffer.wrap(locations).putInt(at, hostile);
                assertThatThrownBy(() -> Locations.read(locations, locations().index()))
                        .isInstanceOf(MalformedInput.class);
            }
        }
        for (long hostile : new long[] {-1, Long.MIN_VALUE, Long.MAX_VALUE, 1L << 32}) {
            byte[] index = index().toBytes();
            ByteBuffer.wrap(index).putLong(16, hostile); // image bytes
            assertThatThrownBy(() -> ChunkIndex.read(index)).isInstanceOf(MalformedInput.class);
            if (hostile == 1L << 32) continue; // a pack may be larger than that
            byte[] locations = locations().toBytes();
            ByteBuffer.wrap(locations).putLong(132 + 4, hostile); // offset of chunk 0
            assertThatThrownBy(() -> Locations.read(locations, locations().index()))
                    .isInstanceOf(MalformedInput.class);
        }
    }

    @Test
    void an_index_larger_than_the_limit_is_not_even_looked_at() {
        assertThatThrownBy(() -> ChunkIndex.read(new byte[Limits.INDEX_BYTES + 1]))
                .isInstanceOf(MalformedInput.class)
                .hasMessageContaining("limit");
    }

    @Test
    void one_chunk_with_two_frames_is_refused() {
        Chunk one = Frame.describe(RAW.get(0), frame(RAW.get(0)));
        var other = new Chunk(one.rawBytes(), one.raw(), one.frameBytes() + 1, one.frame());

        assertThatThrownBy(
                        () -> new ChunkIndex(2L * one.rawBytes(), one.raw(), List.of(one, other)))
                .isInstanceOf(MalformedInput.class)
                .hasMessageContaining("two different ways");
    }

    @Test
    void locations_of_another_index_are_refused() {
        byte[] bytes = locations().toBytes();

        assertThatThrownBy(() -> Locations.read(bytes, Digest.of(new byte[1])))
                .isInstanceOf(MalformedInput.class)
                .hasMessageContaining("is for index");
    }

    @Test
    void a_file_that_is_no_pack_is_refused() throws IOException {
        Path file = Files.writeString(folder.resolve("pack"), "EK");
        assertThatThrownBy(() -> PackFile.open(file)).isInstanceOf(MalformedInput.class);
        Files.writeString(file, "something else entirely");
        assertThatThrownBy(() -> PackFile.open(file)).isInstanceOf(MalformedInput.class);
    }

    /// Bytes that no reader looks at.
    private static final List<Integer> HEADER_RESERVED = List.of(10, 11);

    private static void flipEveryBit(byte[] bytes, List<Integer> ignored, Consumer<byte[]> read) {
        for (int bit = 0; bit < 8 * bytes.length; bit++) {
            if (ignored.contains(bit / 8)) continue;
            byte[] flipped = bytes.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            try {
                read.accept(flipped);
            } catch (MalformedInput clear) {
                assertThat(clear).hasMessageMatching("(?s)(chunk index|locations).*");
            }
        }
    }

    /// As the frames of the golden files were made; today's are made with more effort.
    private static byte[] frame(byte[] raw) {
        return Frame.pack(raw, Frame.QUICK);
    }

    private static byte[] join(List<byte[]> parts) {
        var joined = new ByteArrayOutputStream();
        parts.forEach(joined::writeBytes);
        return joined.toByteArray();
    }

    private static ChunkIndex index() {
        var chunks = new ArrayList<Chunk>();
        var image = new byte[RAW.stream().mapToInt(raw -> raw.length).sum()];
        int end = 0;
        for (byte[] raw : RAW) {
            chunks.add(Frame.describe(raw, frame(raw)));
            System.arraycopy(raw, 0, image, end, raw.length);
            end += raw.length;
        }
        return new ChunkIndex(image.length, Digest.of(image), chunks);
    }

    private static Locations locations() {
        return new Locations(
                index().file().digest(),
                List.of(
                        new Locations.Pack(Digest.of("one".getBytes(UTF_8)), 9_000),
                        new Locations.Pack(Digest.of("two".getBytes(UTF_8)), 1L << 40)),
                List.of(
                        new Locations.Place(1, 8),
                        new Locations.Place(0, 700),
                        new Locations.Place(1, 1L << 33)));
    }

    private static Digest write(Path file) throws IOException {
        try (PackWriter pack = PackWriter.create(file)) {
            for (byte[] raw : RAW) {
                byte[] frame = frame(raw);
                pack.add(Frame.describe(raw, frame), frame);
            }
            return pack.finish();
        }
    }

    private static List<byte[]> raw() {
        var noise = new byte[300];
        new Random(3).nextBytes(noise);
        return List.of("on an even keel\n".repeat(99).getBytes(UTF_8), new byte[20_000], noise);
    }

    private static byte[] golden(String name, byte[] now) throws IOException {
        if (System.getenv("UPDATE_EXPECTED") != null) {
            Files.write(Path.of("src/test/resources/golden", name), now);
            return now;
        }
        try (InputStream in = FormatsTest.class.getResourceAsStream("/golden/" + name)) {
            assertThat(in).as(name).isNotNull();
            return in.readAllBytes();
        }
    }
}
