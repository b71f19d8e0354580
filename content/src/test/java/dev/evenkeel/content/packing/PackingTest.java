// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.content.packing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.content.Seeds;
import dev.evenkeel.linux.Liblz4;
import dev.evenkeel.linux.Liblzma;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PackingTest {
    private static final String XZ = Liblzma.load().orElseThrow().version();
    private static final String LZ4 = Liblz4.load().orElseThrow().version();

    private static final List<String> TEXTS =
            List.of(
                    "zlib:6:8",
                    "zlib:9:9",
                    "zlib:9:8,wrapped",
                    "gzip:9",
                    "zstd-1.5.7:15",
                    "zstd-1.5.7:3,file",
                    "zstd-1.5.7:3,file-workers",
                    "zstd-1.5.7:19,pipe",
                    "xz-" + XZ + ":6,crc32,dict=1048576,blocks",
                    "xz-" + XZ + ":2e,x86,sha256,dict=8192,stream",
                    "xz-" + XZ + ":6,none,dict=131072,buffer",
                    "lz4-" + LZ4 + ":fast",
                    "lz4-" + LZ4 + ":hc12");

    @Test
    void a_text_names_a_packing_that_packs_and_unpacks() {
        Seeds.each(
                2,
                random -> {
                    byte[] plain = PlainBytes.ofBorderSize(random);
                    for (String text : TEXTS) {
                        Packing packing = Packing.parse(text);
                        byte[] packed = packing.pack(plain);

                        assertThat(packing.text()).isEqualTo(text);
                        assertThat(packing.unpack(packed, plain.length)).isEqualTo(plain);
                        assertThat(packing.gives(packed, plain)).as(text).isTrue();
                        assertThat(packing.memoryBytes(plain.length, packed.length)).isPositive();
                    }
                });
    }

    @Test
    void what_was_packed_is_found_again_by_trial() {
        Seeds.each(
                1,
                random -> {
                    byte[] plain = PlainBytes.of(random, 150_000);
                    for (String text : TEXTS) {
                        Packing packing = Packing.parse(text);
                        byte[] packed = packing.pack(plain);
                        Optional<Packing> found =
                                new PackingSearch().find(packing.kind(), packed, plain);

                        assertThat(found).as(text).isPresent();
                        assertThat(found.get().pack(plain)).isEqualTo(packed);
                    }
                });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "brotli:5",
                "zlib:0:8",
                "zlib:6:7",
                "zlib:06:8",
                "gzip:10",
                "zstd-1.5.7:23",
                "zstd-1.5.7:3,tar",
                "zstd-1.5.4:3",
                "zlib-9:6:8",
                "xz-1.0:6,crc32,dict=1048576,blocks",
                "lz4-1.0:hc9"
            })
    void refuses_what_this_build_cannot_do_exactly(String text) {
        assertThatThrownBy(() -> Packing.parse(text))
                .isInstanceOf(PackingFault.Unavailable.class)
                .hasMessageContaining("'" + text + "'");
    }

    @Test
    void refuses_bombs_of_every_kind_at_the_limit() {
        for (String text : TEXTS) {
            Packing packing = Packing.parse(text);
            byte[] bomb = packing.pack(new byte[3_000_000]);

            assertThatThrownBy(() -> packing.unpack(bomb, 2_999_999))
                    .as(text)
                    .isInstanceOf(PackingFault.class);
            assertThat(packing.unpack(bomb, 3_000_000)).as(text).hasSize(3_000_000);
        }
    }

    @Test
    void refuses_no_bytes_at_all() {
        for (PackedKind kind : PackedKind.values()) {
            assertThatThrownBy(() -> kind.unpack(new byte[0], 100))
                    .as(kind.name())
                    .isInstanceOf(PackingFault.Malformed.class);
        }
    }

    @Test
    void a_flipped_bit_gives_a_refusal_or_other_bytes_never_a_crash() {
        Seeds.each(
                1,
                random -> {
                    byte[] plain = PlainBytes.of(random, 3_000);
                    for (String text : TEXTS) {
                        Packing packing = Packing.parse(text);
                        byte[] packed = packing.pack(plain);
                        for (int i = 0; i < 200; i++) {
                            byte[] flipped = packed.clone();
                            flipped[random.nextInt(packed.length)] ^=
                                    (byte) (1 << random.nextInt(8));
                            try {
                                assertThat(packing.unpack(flipped, 5_000).length)
                                        .isLessThanOrEqualTo(5_000);
                            } catch (PackingFault refused) {
                                assertThat(refused.getMessage()).isNotBlank();
                            }
                        }
                    }
                });
    }
}
