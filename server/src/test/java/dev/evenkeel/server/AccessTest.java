// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/// Walks every route as operator, as device and as nobody.
class AccessTest {
    @TempDir static Path data;
    private static RunningServer home;
    private static FakeAgent device;
    private static FakeAgent other;

    @BeforeAll
    static void start() throws IOException {
        home = new RunningServer(data);
        device = home.device();
        other = home.device();
    }

    @AfterAll
    static void stop() {
        home.close();
    }

    @TestFactory
    List<DynamicTest> every_route_refuses_whom_it_is_not_for() {
        var tests = new ArrayList<DynamicTest>();
        for (Route route : home.server.routes()) {
            String path = filled(route.pattern());
            tests.add(
                    DynamicTest.dynamicTest(
                            route.method() + " " + route.pattern() + " " + route.access(),
                            () -> check(route, path)));
        }
        return tests;
    }

    private static void check(Route route, String path) throws IOException {
        int nobody = call(home.nobody, route, path);
        int byDevice = call(device.client, route, path);
        int byOther = call(other.client, route, path);
        switch (route.access()) {
            case ANYBODY -> assertThat(nobody).isNotIn(401, 404, 405, 500);
            case OPERATOR -> {
                assertThat(List.of(nobody, byDevice, byOther)).containsOnly(401);
                if (!path.equals("/api/v1/events")) {
                    assertThat(call(home.operator, route, path)).isNotIn(401, 403, 405, 500);
                }
            }
            case CONSOLE -> {
                assertThat(List.of(nobody, byDevice, byOther)).containsOnly(303);
                assertThat(call(home.operator, route, path))
                        .as("a token is no login")
                        .isEqualTo(303);
            }
            case DEVICE -> {
                assertThat(List.of(nobody, byOther)).containsOnly(401);
                assertThat(call(home.operator, route, path)).isEqualTo(401);
                assertThat(byDevice).as("admitted; the body is refused").isEqualTo(400);
            }
            case DEVICE_TO_RENEW -> {
                assertThat(nobody).isEqualTo(401);
                assertThat(call(home.operator, route, path)).isEqualTo(401);
                assertThat(byDevice).as("admitted; the body is refused").isEqualTo(400);
            }
            case DEVICE_OR_OPERATOR -> {
                assertThat(nobody).isEqualTo(401);
                assertThat(byDevice).isNotIn(401, 403, 500);
                assertThat(call(home.operator, route, path)).isNotIn(401, 403, 500);
            }
        }
    }

    private static int call(Client client, Route route, String path) throws IOException {
        byte[] body = route.method().equals("GET") ? new byte[0] : "{}".getBytes(UTF_8);
        return client.send(route.method(), path, body, Map.of()).statusCode();
    }

    private static String filled(String pattern) {
        return pattern.replace("{fleet}", "home")
                .replace("{device}", device.id.text())
                .replace("{path...}", "metadata/timestamp.json")
                .replace("{type}", "qemu-x86")
                .replace("{release}", "1.0")
                .replace("{role}", "timestamp")
                .replace("{group}", "lab")
                .replace("{rollout}", "r-1")
                .replace("{nonce}", "0a".repeat(16))
                .replace("{code}", "7K2QX-0MVPA")
                .replace("{authority}", "0".repeat(64))
                .replace("{file}", "console.js");
    }

    @Test
    void what_is_not_there_is_a_problem_document() throws IOException {
        var response = home.operator.get("/api/v1/nothing");
        assertThat(response.statusCode()).isEqualTo(404);
        assertThat(response.headers().firstValue("Content-Type"))
                .contains("application/problem+json");
        assertThat(Client.json(response).text("type")).isEqualTo("urn:evenkeel:problem:not-found");
    }

    @Test
    void a_wrong_method_says_which_are_right() throws IOException {
        var response = home.operator.send("DELETE", "/api/v1/devices", new byte[0], Map.of());
        assertThat(response.statusCode()).isEqualTo(405);
        assertThat(response.headers().firstValue("Allow")).isEqualTo(Optional.of("GET"));
    }

    @Test
    void every_answer_forbids_sniffing_framing_and_foreign_scripts() throws IOException {
        var headers = home.nobody.get("/login").headers();
        assertThat(headers.firstValue("X-Content-Type-Options")).contains("nosniff");
        assertThat(headers.firstValue("Content-Security-Policy").orElseThrow())
                .contains("default-src 'none'", "script-src 'self'", "frame-ancestors 'none'")
                .doesNotContain("unsafe");
    }
}
