// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.boot;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.core.MalformedInput;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;

class UbootEnvironmentTest {
    private static final UbootEnvironment SOME =
            new UbootEnvironment(Map.of("bootcmd", "run x; boot", "a_left", "3"));

    @Test
    void both_formats_come_back() {
        assertThat(UbootEnvironment.readPlain(SOME.toPlain())).isEqualTo(SOME);
        assertThat(UbootEnvironment.readRedundant(SOME.toRedundant(255)))
                .isEqualTo(new UbootEnvironment.Redundant(255, SOME));
    }

    @Test
    void one_flipped_bit_anywhere_is_noticed() {
        byte[] area = SOME.toPlain();
        for (int i = 0; i < area.length; i += 7) {
            byte[] flipped = area.clone();
            flipped[i] ^= 0x40;
            assertThatThrownBy(() -> UbootEnvironment.readPlain(flipped))
                    .isInstanceOf(MalformedInput.class)
                    .hasMessageContaining("CRC");
        }
    }

    @Test
    void a_new_disk_holds_no_environment() {
        byte[] zeros = new byte[UbootEnvironment.SIZE_BYTES];
        assertThatThrownBy(() -> UbootEnvironment.readPlain(zeros))
                .isInstanceOf(MalformedInput.class);
        assertThatThrownBy(() -> UbootEnvironment.readRedundant(zeros))
                .isInstanceOf(MalformedInput.class);
    }

    @Test
    void reads_what_only_a_broken_writer_would_write() {
        String text = "a=1\0a=2\0nosign\0=noname\0empty=\0last=\u00e9=x";
        byte[] area = new byte[UbootEnvironment.SIZE_BYTES];
        byte[] bytes = text.getBytes(ISO_8859_1);
        System.arraycopy(bytes, 0, area, 4, bytes.length);
        seal(area);
        assertThat(UbootEnvironment.readPlain(area).variables())
                .isEqualTo(Map.of("a", "2", "last", "\u00e9=x"));
    }

    @Test
    void reads_a_list_that_reaches_the_very_end() {
        byte[] area = new byte[UbootEnvironment.SIZE_BYTES];
        java.util.Arrays.fill(area, 4, area.length, (byte) 'x');
        area[5] = '=';
        seal(area);
        assertThat(UbootEnvironment.readPlain(area).value("x"))
                .hasSize(UbootEnvironment.SIZE_BYTES - 6);
    }

    @Test
    void too_much_is_refused_and_the_most_that_fits_is_not() {
        // 4 bytes CRC, "ext=", value, two zeros
        int most = UbootEnvironment.SIZE_BYTES - 4 - 4 - 2;
        var full = new UbootEnvironment(Map.of("ext", "x".repeat(most)));
        assertThat(UbootEnvironment.readPlain(full.toPlain())).isEqualTo(full);
        var tooMuch = new UbootEnvironment(Map.of("ext", "x".repeat(most + 1)));
        assertThatThrownBy(tooMuch::toPlain).isInstanceOf(MalformedInput.class);
    }

    @Test
    void values_that_would_break_the_list_are_refused() {
        for (Map<String, String> bad :
                java.util.List.of(
                        Map.of("a", "x\0b=y"),
                        Map.of("a=b", "x"),
                        Map.of("", "x"),
                        Map.of("a", "\u20ac"))) {
            assertThatThrownBy(() -> new UbootEnvironment(bad))
                    .as(bad.toString())
                    .isInstanceOf(MalformedInput.class);
        }
    }

    private static void seal(byte[] area) {
        var crc = new CRC32();
        crc.update(area, 4, area.length - 4);
        ByteBuffer.wrap(area).order(ByteOrder.LITTLE_ENDIAN).putInt((int) crc.getValue());
    }
}
