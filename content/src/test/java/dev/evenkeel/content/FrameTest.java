// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.content;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import dev.evenkeel.core.Digest;
import dev.evenkeel.core.Limits;
import dev.evenkeel.core.MalformedInput;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class FrameTest {
    @Test
    void gives_back_what_was_packed() {
        Seeds.each(
                30,
                random -> {
                    byte[] raw = Images.random(random, random.nextInt(1, Chunker.WHOLE.max()));
                    byte[] frame = Frame.pack(raw);

                    assertThat(Frame.unpack(frame, Frame.describe(raw, frame))).isEqualTo(raw);
                });
    }

    @Test
    void bytes_that_do_not_compress_stay_within_the_limit() {
        Seeds.each(
                1,
                random -> {
                    var raw = new byte[Limits.CHUNK_BYTES];
                    random.nextBytes(raw);

                    assertThat(Frame.pack(raw).length).isLessThan(Limits.FRAME_BYTES);
                });
    }

    @Test
    void refuses_to_pack_more_than_a_chunk_may_have() {
        assertThatThrownBy(() -> Frame.pack(new byte[Limits.CHUNK_BYTES + 1]))
                .isInstanceOf(MalformedInput.class);
    }

    @Test
    void refuses_a_frame_with_any_flipped_bit_before_decompressing_it() {
        byte[] raw = "a sentence, and a sentence, and a sentence".getBytes(UTF_8);
        byte[] frame = Frame.pack(raw);
        Chunk chunk = Frame.describe(raw, frame);
        for (int bit = 0; bit < 8 * frame.length; bit++) {
            byte[] flipped = frame.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);

            assertThatThrownBy(() -> Frame.unpack(flipped, chunk))
                    .isInstanceOf(ContentFault.WrongFrame.class);
        }
    }

    @Test
    void refuses_a_truncated_or_extended_frame() {
        byte[] raw = new byte[20_000];
        byte[] frame = Frame.pack(raw);
        Chunk chunk = Frame.describe(raw, frame);

        for (int length : new int[] {0, 1, frame.length - 1, frame.length + 1}) {
            assertThatThrownBy(() -> Frame.unpack(Arrays.copyOf(frame, length), chunk))
                    .isInstanceOf(ContentFault.WrongFrame.class)
                    .hasMessageContaining("expected " + frame.length + " bytes");
        }
    }

    @Test
    void a_decompression_bomb_with_a_correct_digest_is_refused_by_its_promise() {
        byte[] bomb = Zstd.compress(new byte[512 << 20], 3);
        Chunk chunk = lying(bomb, new byte[4096]);

        assertThatThrownBy(() -> Frame.unpack(bomb, chunk))
                .isInstanceOf(ContentFault.WrongChunk.class)
                .hasMessageContaining("promise of 536870912 bytes");
    }

    @Test
    void a_bomb_that_hides_its_size_is_refused() {
        byte[] bomb;
        try (var context = new ZstdCompressCtx().setContentSize(false)) {
            bomb = context.compress(new byte[64 << 20]);
        }
        assertThatThrownBy(() -> Frame.unpack(bomb, lying(bomb, new byte[4096])))
                .isInstanceOf(ContentFault.WrongChunk.class);
    }

    @Test
    void a_bomb_behind_an_honest_frame_is_refused() {
        byte[] honest = Frame.pack(new byte[4096]);
        byte[] second = Zstd.compress(new byte[1 << 20], 3);
        byte[] both = Arrays.copyOf(honest, honest.length + second.length);
        System.arraycopy(second, 0, both, honest.length, second.length);

        assertThatThrownBy(() -> Frame.unpack(both, lying(both, new byte[4096])))
                .isInstanceOf(ContentFault.WrongChunk.class);
    }

    @Test
    void a_frame_that_holds_other_bytes_than_promised_is_refused() {
        byte[] frame = Frame.pack("abcd".getBytes(UTF_8));

        assertThatThrownBy(() -> Frame.unpack(frame, lying(frame, "abce".getBytes(UTF_8))))
                .isInstanceOf(ContentFault.WrongChunk.class)
                .hasMessageContaining("build it again");
    }

    @Test
    void bytes_that_are_no_zstd_frame_are_refused() {
        byte[] noise = "this is not zstd at all".getBytes(UTF_8);

        assertThatThrownBy(() -> Frame.unpack(noise, lying(noise, new byte[64])))
                .isInstanceOf(ContentFault.WrongChunk.class);
    }

    /// An index entry whose frame digest is right and whose promise about the raw bytes is not.
    private static Chunk lying(byte[] frame, byte[] raw) {
        return new Chunk(raw.length, Digest.of(raw), frame.length, Digest.of(frame));
    }
}
