// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.core;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.core.message.CheckInAnswer;
import dev.evenkeel.core.message.ContentMirror;
import java.util.List;
import org.junit.jupiter.api.Test;

class ContentMirrorTest {
    @Test
    void only_a_plain_web_address_is_a_mirror() {
        assertThat(ContentMirror.parse("https://cdn.example/acme").base())
                .hasToString("https://cdn.example/acme/");
        for (String wrong :
                List.of(
                        "",
                        "file:///etc/",
                        "ftp://cdn.example/",
                        "https:///acme/",
                        "https://user:word@cdn.example/",
                        "https://cdn.example/?a/",
                        "https://cdn.example/#a/",
                        "https://cdn .example/",
                        "https://cdn.example/" + "a".repeat(500))) {
            assertThatThrownBy(() -> ContentMirror.parse(wrong))
                    .as(wrong)
                    .isInstanceOf(MalformedInput.class)
                    .hasMessageContaining("content mirror");
        }
    }

    @Test
    void a_device_passes_over_mirrors_of_a_form_that_it_does_not_know() {
        String answer =
                """
                {"content_mirrors":["tape://attic/","http://a.example/"],"poll_seconds":30,\
                "protocol":2,"server_time":"2026-11-20T21:22:27Z","type":"check-in-answer"}\
                """;
        assertThat(CheckInAnswer.read(answer.getBytes(UTF_8)).mirrors())
                .containsExactly(ContentMirror.parse("http://a.example/"));
    }
}
