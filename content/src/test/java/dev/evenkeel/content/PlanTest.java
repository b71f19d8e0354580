// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.content;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.core.Digest;
import dev.evenkeel.core.MalformedInput;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// Images of these tests are written as letters, a chunk each; a pack as well, each letter with a
/// frame of 1000 bytes unless a number of bytes stands there.
class PlanTest {
    private static final int FRAME = 1_000;
    private static final int RAW = 5_000;

    @Test
    void chunks_that_follow_each_other_in_a_pack_are_one_range() {
        FetchPlan plan = plan("abcd", locations("abcd", "abcd"), all(4));

        assertThat(plan.ranges()).hasSize(1);
        assertThat(plan.ranges().getFirst().offset()).isEqualTo(8);
        assertThat(plan.bytes()).isEqualTo(4 * FRAME);
        assertThat(chunks(plan)).containsExactly(List.of(0, 1, 2, 3));
    }

    @Test
    void a_small_gap_is_fetched_and_a_large_one_is_not() {
        var small = new BitSet();
        small.set(0);
        small.set(17); // 16 frames of 1000 bytes between
        var large = new BitSet();
        large.set(0);
        large.set(18);
        String image = "abcdefghijklmnopqrs";
        Locations locations = locations(image, image);

        assertThat(plan(image, locations, small).ranges()).hasSize(1);
        assertThat(plan(image, locations, small).bytes()).isEqualTo(18 * FRAME);
        assertThat(plan(image, locations, large).ranges()).hasSize(2);
        assertThat(plan(image, locations, large).bytes()).isEqualTo(2 * FRAME);
    }

    @Test
    void a_long_run_is_cut_into_ranges_that_a_power_cut_can_afford() {
        int frame = 100_000;
        List<Chunk> chunks =
                index("abcdefghijkl").chunks().stream()
                        .map(c -> new Chunk(RAW, c.raw(), frame, c.frame()))
                        .toList();
        var index = new ChunkIndex(12L * RAW, Digest.of(image("abcdefghijkl")), chunks);
        var places = new ArrayList<Locations.Place>();
        for (int i = 0; i < 12; i++) places.add(new Locations.Place(0, 8 + (long) i * frame));
        var pack = new Locations.Pack(Digest.of(new byte[] {1}), 8 + 12L * frame);
        var locations = new Locations(index.file().digest(), List.of(pack), places);

        FetchPlan plan = FetchPlan.of(index, locations, all(12));

        assertThat(plan.bytes()).isEqualTo(12L * frame);
        assertThat(plan.ranges())
                .hasSize(3)
                .allMatch(range -> range.length() <= FetchPlan.MAX_RANGE_BYTES);
    }

    @Test
    void ranges_and_chunks_are_in_the_order_of_the_image() {
        FetchPlan plan = plan("abcdef", locations("abcdef", "dabc", "ef"), all(6));

        assertThat(chunks(plan)).containsExactly(List.of(0, 1, 2), List.of(3), List.of(4, 5));
    }

    @Test
    void a_chunk_that_is_wanted_twice_is_fetched_once_and_copied() {
        FetchPlan plan = plan("abab", locations("abab", "ab"), all(4));

        assertThat(plan.bytes()).isEqualTo(2 * FRAME);
        assertThat(plan.copies())
                .containsExactly(new FetchPlan.Copy(2, 0), new FetchPlan.Copy(3, 1));
    }

    @Test
    void nothing_wanted_is_nothing_to_fetch() {
        FetchPlan plan = plan("ab", locations("ab", "ab"), new BitSet());

        assertThat(plan).isEqualTo(new FetchPlan(List.of(), List.of(), 0));
    }

    @Test
    void locations_that_point_outside_of_their_pack_are_refused() {
        Digest pack = Digest.of(new byte[] {1});
        for (long offset : new long[] {0, 7, 2_000 - FRAME + 1}) {
            var hostile =
                    new Locations(
                            index("a").file().digest(),
                            List.of(new Locations.Pack(pack, 2_000)),
                            List.of(new Locations.Place(0, offset)));

            assertThatThrownBy(() -> plan("a", hostile, all(1)))
                    .isInstanceOf(MalformedInput.class)
                    .hasMessageContaining("outside of the frames");
        }
    }

    @Test
    void locations_with_too_few_places_are_refused() {
        assertThatThrownBy(() -> plan("abc", locations("ab", "ab"), all(2)))
                .isInstanceOf(MalformedInput.class)
                .hasMessageContaining("2 places, the index has 3 chunks");
    }

    @Test
    void overlapping_frames_in_hostile_locations_never_go_back_within_a_range() {
        Digest pack = Digest.of(new byte[] {1});
        var hostile =
                new Locations(
                        index("ab").file().digest(),
                        List.of(new Locations.Pack(pack, 9_000)),
                        List.of(new Locations.Place(0, 100), new Locations.Place(0, 600)));

        assertThat(chunks(plan("ab", hostile, all(2)))).containsExactly(List.of(0), List.of(1));
    }

    @Test
    void a_plan_prefers_what_is_written_then_local_then_copied_then_fetched() {
        var written = new BitSet();
        written.set(0);
        var local = new LocalChunks(List.of(onDisk("xbx")));

        ReusePlan plan = ReusePlan.of(index("abcac"), written, local);

        assertThat(plan.sources())
                .containsExactly(
                        new ReusePlan.Source.Written(),
                        new ReusePlan.Source.Local(),
                        new ReusePlan.Source.Fetched(),
                        new ReusePlan.Source.Copied(0),
                        new ReusePlan.Source.Copied(2));
        assertThat(plan)
                .hasToString(
                        "written 1 chunk (5000 bytes), reuse 1 chunk (5000 bytes), copy 2 chunks"
                                + " (10000 bytes), fetch 1 chunk (5000 bytes) as 1000 bytes");
        assertThat(plan.bytesToFetch()).isEqualTo(FRAME);
        assertThat(plan.bytesReused()).isEqualTo(3 * RAW);
    }

    @Test
    void a_local_chunk_is_read_and_checked() {
        var local = new LocalChunks(List.of(onDisk("xyb")));

        assertThat(local.read(index("b").chunk(0))).contains(raw('b'));
        assertThat(local.read(index("q").chunk(0))).isEmpty();
    }

    @Test
    void a_decayed_local_chunk_is_never_handed_out_and_the_next_plan_fetches_it() {
        LocalChunks.Image slot = onDisk("ab");
        slot.disk();
        var disk = (MemoryDisk) slot.disk();
        disk.bytes[RAW + 7] ^= 1;
        var local = new LocalChunks(List.of(slot));
        ChunkIndex index = index("ab");

        assertThat(local.read(index.chunk(0))).isPresent();
        assertThat(local.read(index.chunk(1))).isEmpty();
        assertThat(local.brokenCount()).isEqualTo(1);
        assertThat(ReusePlan.of(index, new BitSet(), local).sources())
                .containsExactly(new ReusePlan.Source.Local(), new ReusePlan.Source.Fetched());
    }

    @Test
    void a_bad_sector_or_a_smaller_disk_only_costs_the_reuse() {
        ChunkIndex index = index("ab");
        var bad = new MemoryDisk(image("ab")).unreadableFrom(RAW);
        var small = new MemoryDisk(image("a"));
        for (var disk : List.of(bad, small)) {
            var local = new LocalChunks(List.of(new LocalChunks.Image(index, disk)));

            assertThat(local.read(index.chunk(0))).isPresent();
            assertThat(local.read(index.chunk(1))).isEmpty();
        }
    }

    @Test
    void a_range_that_ends_early_gives_what_came_and_says_so() throws IOException {
        byte[] first = new byte[3_000];
        byte[] second = {1, 2, 3, 4, 5};
        byte[] frames = join(Frame.pack(first), Frame.pack(second));
        Chunk one = Frame.describe(first, Frame.pack(first));
        Chunk two = Frame.describe(second, Frame.pack(second));
        var index = new ChunkIndex(3_005, Digest.of(join(first, second)), List.of(one, two));
        var range =
                new FetchPlan.Range(
                        Digest.of(frames),
                        8,
                        frames.length,
                        List.of(
                                new FetchPlan.Wanted(0, 8),
                                new FetchPlan.Wanted(1, 8 + one.frameBytes())));
        var cut = new BreakingLink(frames, 8, frames.length - 1);
        var reader = RangeReader.open(cut, range, index, new Unfinished());

        assertThat(reader.next().orElseThrow().raw()).isEqualTo(first);
        assertThatThrownBy(reader::next).isInstanceOf(EOFException.class);
    }

    @Test
    void a_frame_that_was_cut_off_is_asked_for_from_where_it_broke() throws IOException {
        byte[] raw = new byte[5_000];
        new Random(3).nextBytes(raw);
        byte[] frame = Frame.pack(raw);
        Chunk chunk = Frame.describe(raw, frame);
        var index = new ChunkIndex(raw.length, Digest.of(raw), List.of(chunk));
        var wanted = List.of(new FetchPlan.Wanted(0, 100));
        var range = new FetchPlan.Range(Digest.of(frame), 100, frame.length, wanted);
        var unfinished = new Unfinished();
        var link = new BreakingLink(frame, 100, 1_500);

        for (int cut = 1; cut * 1_500 < frame.length; cut++) {
            try (var reader = RangeReader.open(link, range, index, unfinished)) {
                assertThatThrownBy(reader::next).isInstanceOf(EOFException.class);
            }
        }
        try (var reader = RangeReader.open(link, range, index, unfinished)) {
            assertThat(reader.next().orElseThrow().raw()).isEqualTo(raw);
        }
        assertThat(link.sent).as("no byte twice").isEqualTo(frame.length);
    }

    @Test
    void a_frame_that_arrives_wrong_in_parts_is_fetched_anew_from_its_start() throws IOException {
        byte[] raw = new byte[2_000];
        new Random(3).nextBytes(raw);
        byte[] frame = Frame.pack(raw);
        Chunk chunk = Frame.describe(raw, frame);
        var index = new ChunkIndex(raw.length, Digest.of(raw), List.of(chunk));
        var wanted = List.of(new FetchPlan.Wanted(0, 100));
        var range = new FetchPlan.Range(Digest.of(frame), 100, frame.length, wanted);
        var unfinished = new Unfinished();
        byte[] wrong = frame.clone();
        wrong[10] ^= 1;

        var liar = new BreakingLink(wrong, 100, 1_500);
        try (var reader = RangeReader.open(liar, range, index, unfinished)) {
            assertThatThrownBy(reader::next).isInstanceOf(EOFException.class);
        }
        var link = new BreakingLink(frame, 100, frame.length);
        try (var reader = RangeReader.open(link, range, index, unfinished)) {
            assertThatThrownBy(reader::next).isInstanceOf(ContentFault.WrongFrame.class);
        }
        try (var reader = RangeReader.open(link, range, index, unfinished)) {
            assertThat(reader.next().orElseThrow().raw()).isEqualTo(raw);
        }
    }

    /// A carrier whose every connection breaks after so many bytes.
    private static final class BreakingLink implements ContentSource {
        private final byte[] frame;
        private final int offset;
        private final int breaksAfter;
        private long sent;

        BreakingLink(byte[] frame, int offset, int breaksAfter) {
            this.frame = frame;
            this.offset = offset;
            this.breaksAfter = breaksAfter;
        }

        @Override
        public byte[] fetch(String path, int maxBytes) {
            throw new AssertionError(path);
        }

        @Override
        public InputStream open(String path, long from, long length) {
            int count = (int) Math.min(length, breaksAfter);
            sent += count;
            return new ByteArrayInputStream(frame, (int) from - offset, count);
        }
    }

    private static FetchPlan plan(String image, Locations locations, BitSet wanted) {
        return FetchPlan.of(index(image), locations, wanted);
    }

    private static List<List<Integer>> chunks(FetchPlan plan) {
        return plan.ranges().stream()
                .map(range -> range.chunks().stream().map(FetchPlan.Wanted::chunk).toList())
                .toList();
    }

    private static BitSet all(int count) {
        var all = new BitSet();
        all.set(0, count);
        return all;
    }

    private static byte[] raw(char letter) {
        var raw = new byte[RAW];
        java.util.Arrays.fill(raw, (byte) letter);
        return raw;
    }

    private static byte[] image(String letters) {
        ByteBuffer image = ByteBuffer.allocate(RAW * letters.length());
        letters.chars().forEach(letter -> image.put(raw((char) letter)));
        return image.array();
    }

    private static ChunkIndex index(String letters) {
        List<Chunk> chunks =
                letters.chars()
                        .mapToObj(letter -> Digest.of(raw((char) letter)))
                        .map(raw -> new Chunk(RAW, raw, FRAME, Digest.of(raw.raw())))
                        .toList();
        return new ChunkIndex((long) RAW * chunks.size(), Digest.of(image(letters)), chunks);
    }

    private static LocalChunks.Image onDisk(String letters) {
        return new LocalChunks.Image(index(letters), new MemoryDisk(image(letters)));
    }

    private static Locations locations(String image, String... packs) {
        var table = new ArrayList<Locations.Pack>();
        for (int i = 0; i < packs.length; i++) {
            table.add(
                    new Locations.Pack(
                            Digest.of(new byte[] {(byte) i}),
                            8 + (long) FRAME * packs[i].length()));
        }
        List<Locations.Place> places =
                image.chars()
                        .mapToObj(letter ->
                                IntStream.range(0, packs.length)
                                        .filter(i -> packs[i].indexOf(letter) >= 0)
                                        .mapToObj(i ->
                                                new Locations.Place(
                                                        i,
                                                        8
                                                                + (long) FRAME
                                                                        * packs[i].indexOf(letter)))
                                        .findFirst()
                                        .orElseThrow())
                        .toList();
        return new Locations(index(image).file().digest(), table, places);
    }

    private static byte[] join(byte[] one, byte[] two) {
        return ByteBuffer.allocate(one.length + two.length).put(one).put(two).array();
    }
}
