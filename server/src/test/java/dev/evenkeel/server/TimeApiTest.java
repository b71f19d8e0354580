// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.trust.MetadataSource;
import dev.evenkeel.trust.SignedTime;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TimeApiTest {
    private static final String METADATA = "/content/v1/home/metadata/";

    @TempDir Path folder;

    @Test
    void a_device_without_a_clock_is_told_the_time_under_its_own_root() throws IOException {
        try (var home = new RunningServer(folder.resolve("data"))) {
            FakeAgent device = home.device();
            MetadataSource source = (name, _) -> found(device.client.get(METADATA + name));
            byte[] root = source.fetch("1.root.json", 1 << 20).orElseThrow();
            var trust = new RememberedTrust(root);
            String nonce = SignedTime.nonce(new Random());
            SignedTime told = SignedTime.ask(trust, source, nonce).orElseThrow();
            assertThat(told.worth(trust).orElseThrow())
                    .isBetween(Instant.now().minus(Duration.ofMinutes(5)), Instant.now());
            var answer = device.client.get(METADATA + "time/" + nonce);
            assertThat(answer.headers().firstValue("Cache-Control")).contains("no-store");
            assertThat(device.client.get(METADATA + "time/short").statusCode()).isEqualTo(400);
        }
    }

    private static Optional<byte[]> found(HttpResponse<byte[]> response) {
        return response.statusCode() == 200 ? Optional.of(response.body()) : Optional.empty();
    }
}
