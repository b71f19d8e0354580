// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.content.packing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.content.Seeds;
import dev.evenkeel.core.Digest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.zip.Deflater;
import org.junit.jupiter.api.Test;

class DeflatePackingTest {
    /// What zlib 1.2.13 (by Python) and gzip 1.12 made of the same bytes, each line a packing and
    /// the digest of its output.
    private static final String GOLDEN = "/golden/deflate-v1.txt";

    @Test
    void gives_what_zlib_and_gzip_gave() throws Exception {
        byte[] plain = PlainBytes.of(new SplittableRandom(1), 300_000);
        List<String> expected;
        try (var golden = getClass().getResourceAsStream(GOLDEN)) {
            expected = new String(golden.readAllBytes(), UTF_8).lines().toList();
        }
        var found = new ArrayList<String>();
        for (String line : expected) {
            String text = line.substring(0, line.indexOf(' '));
            found.add(text + " " + Digest.of(Packing.parse(text).pack(plain)));
        }

        assertThat(found).hasSize(27).isEqualTo(expected);
    }

    @Test
    void gives_what_the_zlib_of_java_gives_at_every_level() {
        Seeds.each(
                20,
                random -> {
                    byte[] plain = PlainBytes.ofBorderSize(random);
                    for (int level = 1; level <= 9; level++) {
                        byte[] expected = deflated(plain, level);
                        DeflatePacking packing = DeflatePacking.zlib(level, 8);

                        assertThat(packing.pack(plain)).as("level " + level).isEqualTo(expected);
                        assertThat(packing.gives(expected, plain)).isTrue();
                        assertThat(packing.unpack(expected, plain.length)).isEqualTo(plain);
                    }
                });
    }

    @Test
    void gives_what_the_gzip_program_gives_at_every_level() {
        Seeds.each(
                3,
                random -> {
                    byte[] plain = PlainBytes.ofBorderSize(random);
                    for (int level = 1; level <= 9; level++) {
                        byte[] file = Tool.run(plain, "gzip", "-n", "-c", "-" + level);
                        byte[] expected = Arrays.copyOfRange(file, 10, file.length - 8);

                        assertThat(DeflatePacking.gzip(level).pack(plain))
                                .as("level " + level)
                                .isEqualTo(expected);
                    }
                });
    }

    @Test
    void knows_that_other_plain_bytes_do_not_give_it() {
        byte[] plain = PlainBytes.of(new SplittableRandom(2), 100_000);
        byte[] packed = DeflatePacking.zlib(6, 8).pack(plain);
        plain[plain.length - 1]++;

        assertThat(DeflatePacking.zlib(6, 8).gives(packed, plain)).isFalse();
    }

    @Test
    void refuses_a_decompression_bomb_at_the_limit() {
        byte[] bomb = DeflatePacking.zlib(9, 8).pack(new byte[5_000_000]);

        assertThatThrownBy(() -> PackedKind.DEFLATE.unpack(bomb, 4_999_999))
                .isInstanceOf(PackingFault.TooLarge.class)
                .hasMessageContaining("at most 4999999 bytes");
        assertThat(PackedKind.DEFLATE.unpack(bomb, 5_000_000)).hasSize(5_000_000);
    }

    @Test
    void refuses_a_stream_that_is_cut_short_or_followed_by_something() {
        byte[] packed = DeflatePacking.zlib(6, 8).pack("a word, a word, a word".getBytes(UTF_8));

        for (int length = 0; length < packed.length; length++) {
            byte[] cut = Arrays.copyOf(packed, length);
            assertThatThrownBy(() -> PackedKind.DEFLATE.unpack(cut, 1000))
                    .isInstanceOf(PackingFault.Malformed.class);
        }
        assertThatThrownBy(() ->
                        PackedKind.DEFLATE.unpack(Arrays.copyOf(packed, packed.length + 1), 1000))
                .isInstanceOf(PackingFault.Malformed.class);
    }

    private static byte[] deflated(byte[] plain, int level) {
        try (var deflater = new Deflater(level, true)) {
            deflater.setInput(plain);
            deflater.finish();
            var packed = new byte[plain.length + 1000];
            return Arrays.copyOf(packed, deflater.deflate(packed));
        }
    }
}
