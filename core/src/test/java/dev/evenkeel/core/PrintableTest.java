// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.core;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PrintableTest {
    @Test
    void ordinary_text_of_any_language_is_left_alone() {
        assertThat(Printable.of("Müller, 山田, שלום 😀")).isEqualTo("Müller, 山田, שלום 😀");
    }

    @Test
    void what_would_move_the_cursor_or_turn_the_text_is_written_out() {
        assertThat(Printable.of("alice\u001b[2K\rbob\n\u202egpj"))
                .isEqualTo("alice<U+1B>[2K<U+D>bob<U+A><U+202E>gpj");
    }
}
