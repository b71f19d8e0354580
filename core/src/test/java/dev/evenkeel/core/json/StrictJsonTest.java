// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.core.json;

import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_32;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.core.MalformedInput;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StrictJsonTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "{",
                "[1,",
                "{\"a\":1,\"a\":2}",
                "{\"a\":1} x",
                "{} {}",
                "{\"a\":1.5}",
                "{\"a\":1e3}",
                "{'a':1}",
                "{\"a\":NaN}",
                "[1,]",
                "{\"a\":01}",
                "{\"a\":\"\u0001\"}",
                "{\"a\":99999999999999999999}",
                "// no\n{}"
            })
    void refuses_what_two_readers_could_read_differently(String text) {
        assertThatThrownBy(() -> StrictJson.parse(text.getBytes(UTF_8), 1000))
                .isInstanceOf(MalformedInput.class);
    }

    @Test
    void refuses_bytes_that_are_no_utf_8() {
        byte[] bytes = {'"', (byte) 0xC3, (byte) 0x28, '"'};
        assertThatThrownBy(() -> StrictJson.parse(bytes, 1000)).isInstanceOf(MalformedInput.class);
    }

    @Test
    void refuses_more_than_the_limit_before_reading_it() {
        assertThatThrownBy(() -> StrictJson.parse("[1,2,3]".getBytes(UTF_8), 6))
                .isInstanceOf(MalformedInput.class)
                .hasMessageContaining("larger than the limit of 6");
    }

    @Test
    void refuses_a_nesting_bomb() {
        byte[] bomb = ("[".repeat(100_000) + "]".repeat(100_000)).getBytes(UTF_8);
        assertThatThrownBy(() -> StrictJson.parse(bomb, 1 << 20))
                .isInstanceOf(MalformedInput.class);
    }

    @Test
    void says_which_member_is_wrong() {
        JsonObject json = StrictJson.parseObject("{\"size\":\"big\"}".getBytes(UTF_8), 100);
        assertThatThrownBy(() -> json.integer("size"))
                .hasMessage("member 'size': expected a whole number, found a text");
        assertThatThrownBy(() -> json.text("name")).hasMessage("member 'name' is missing");
    }

    @Test
    void canonical_form_sorts_members_by_code_point_and_escapes_only_quote_and_backslash() {
        JsonObject json =
                StrictJson.parseObject(
                        "{ \"b\": [true, null, -7], \"a\": \"q\\\" b\\\\ \\u00e9\", \"\\uD83D\\uDE00\": 1, \"\\uFFFD\": 2 }"
                                .getBytes(UTF_8),
                        200);
        assertThat(CanonicalJson.write(json))
                .isEqualTo("{\"a\":\"q\\\" b\\\\ é\",\"b\":[true,null,-7],\"\uFFFD\":2,\"😀\":1}");
    }

    @Test
    void line_ends_are_escaped_in_documents_and_raw_where_olpc_signs_them() {
        var text = new JsonText("a\nb\t\"\\");
        assertThat(CanonicalJson.write(text)).isEqualTo("\"a\\nb\\t\\\"\\\\\"");
        assertThat(StrictJson.parse(CanonicalJson.write(text).getBytes(UTF_8), 100))
                .isEqualTo(text);
        assertThat(CanonicalJson.signedForm(text)).isEqualTo("\"a\nb\t\\\"\\\\\"");
        assertThatThrownBy(() -> CanonicalJson.write(new JsonText("a\u0000b")))
                .isInstanceOf(MalformedInput.class);
        assertThat(CanonicalJson.signedForm(new JsonText("a\u0000b"))).isEqualTo("\"a\u0000b\"");
        assertThat(PrettyJson.line(new JsonText("a\nb"))).isEqualTo("\"a\\nb\"");
    }

    @Test
    void refuses_other_encodings_than_utf_8_which_a_parser_may_guess() {
        for (var encoding : new java.nio.charset.Charset[] {UTF_16LE, UTF_16BE, UTF_16, UTF_32}) {
            byte[] bytes = "{\"a\":1}".getBytes(encoding);
            assertThatThrownBy(() -> StrictJson.parse(bytes, 100))
                    .as(encoding.name())
                    .isInstanceOf(MalformedInput.class);
        }
        assertThatThrownBy(() -> StrictJson.parse("\uFEFF{}".getBytes(UTF_8), 100))
                .isInstanceOf(MalformedInput.class);
    }

    @Test
    void canonical_form_refuses_half_a_surrogate_pair_which_would_be_signed_as_a_question_mark() {
        for (String half : new String[] {"\uD83D", "a\uDE00", "\uD83Dx"}) {
            assertThatThrownBy(() -> CanonicalJson.write(new JsonText(half)))
                    .isInstanceOf(MalformedInput.class);
        }
    }
}
