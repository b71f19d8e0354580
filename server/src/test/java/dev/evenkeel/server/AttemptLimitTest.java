// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.core.DeviceId;
import dev.evenkeel.core.Digest;
import dev.evenkeel.trust.PrivateKey;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Guesses at a running server, all from the loopback address.
class AttemptLimitTest {
    private static final int HEARD = Attempts.Limits.DEFAULT.inARow();

    @TempDir Path data;
    private RunningServer home;

    @BeforeEach
    void start() throws IOException {
        home = new RunningServer(data);
    }

    @AfterEach
    void stop() {
        home.close();
    }

    private HttpResponse<byte[]> withToken(String path, String token) throws IOException {
        return home.nobody.get(path, Map.of("Authorization", "Bearer " + token));
    }

    private HttpResponse<byte[]> logIn(String token) throws IOException {
        return home.nobody.post("/login", ("token=" + token).getBytes(UTF_8));
    }

    private static void isToldToWait(HttpResponse<byte[]> response) {
        assertThat(response.statusCode()).isEqualTo(429);
        int seconds = Integer.parseInt(response.headers().firstValue("Retry-After").orElse("none"));
        assertThat(seconds).isBetween(1, 30);
    }

    @Test
    void guesses_at_the_operator_token_are_limited_over_all_ways_in() throws IOException {
        for (int i = 0; i < HEARD; i += 2) {
            assertThat(withToken("/api/v1/devices", "operator.home." + i).statusCode())
                    .isEqualTo(401);
            assertThat(logIn("operator.home." + i).statusCode()).isEqualTo(403);
        }
        isToldToWait(withToken("/api/v1/devices", "operator.home.more"));
        isToldToWait(withToken("/content/v1/home/metadata/timestamp.json", "operator.home.more"));
        isToldToWait(logIn("operator.home.more"));
        assertThat(Client.text(logIn("more"))).contains("too many wrong secrets");
        isToldToWait(home.operator.get("/api/v1/devices"));
    }

    @Test
    void a_login_lasts_while_its_address_has_to_wait() throws IOException {
        String cookie =
                logIn(home.server.operatorToken())
                        .headers()
                        .firstValue("Set-Cookie")
                        .orElseThrow()
                        .replaceFirst(";.*", "");
        for (int i = 0; i < HEARD; i++) logIn("wrong");
        isToldToWait(logIn("wrong"));
        assertThat(home.nobody.get("/devices", Map.of("Cookie", cookie)).statusCode())
                .isEqualTo(200);
    }

    @Test
    void a_broken_device_silences_neither_its_neighbours_nor_the_operator() throws IOException {
        FakeAgent neighbour = home.device();
        String path = "/device/v1/home/devices/" + DeviceId.random(new SecureRandom());
        for (int i = 0; i < 2 * HEARD; i++) {
            assertThat(tellWrongly(path).statusCode()).isEqualTo(401);
        }
        assertThat(neighbour.checksIn().assignment()).isEmpty();
        assertThat(home.operator.get("/api/v1/devices").statusCode()).isEqualTo(200);
        assertThat(home.device().checksIn().assignment()).as("a new one enrols").isEmpty();
    }

    private HttpResponse<byte[]> tellWrongly(String path) throws IOException {
        return home.nobody.send(
                "POST",
                path + "/check-in",
                "{}".getBytes(UTF_8),
                Map.of("Authorization", "Bearer device.home.wrong"));
    }

    @Test
    void guesses_at_enrolment_tokens_are_limited() throws IOException {
        PrivateKey key = PrivateKey.generate();
        for (int i = 0; i < HEARD; i++) {
            assertThat(FakeAgent.triesToEnrol(home.unknown, "enrol.home.guess", key).statusCode())
                    .isEqualTo(403);
        }
        isToldToWait(FakeAgent.triesToEnrol(home.unknown, "enrol.home.guess", key));
    }

    @Test
    void a_device_where_an_operator_is_asked_for_is_no_guess() throws IOException {
        FakeAgent device = home.device();
        for (int i = 0; i < 3 * HEARD; i++) {
            assertThat(device.client.get("/api/v1/devices").statusCode()).isEqualTo(401);
        }
        device.boots("1.1", Digest.of(new byte[0]));
        device.checksIn();
    }
}
