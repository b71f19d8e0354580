// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.core.message.ContentMirror;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MirrorsTest {
    @TempDir Path data;

    @Test
    void devices_are_told_of_mirrors_in_the_operators_order() throws IOException {
        List<ContentMirror> mirrors =
                List.of(
                        ContentMirror.parse("https://cdn.example/acme"),
                        ContentMirror.parse("http://10.0.0.7:8080/"));
        try (var home = new RunningServer(RunningServer.options(data).withMirrors(mirrors))) {
            assertThat(home.device().checksIn().mirrors()).isEqualTo(mirrors);
        }
    }

    @Test
    void more_than_a_device_would_use_are_refused() {
        ContentMirror one = ContentMirror.parse("http://10.0.0.7:8080/");
        ServerOptions options = RunningServer.options(data);
        assertThatThrownBy(() -> options.withMirrors(Collections.nCopies(9, one)))
                .hasMessageContaining("content mirrors: expected at most 8, found 9");
    }
}
