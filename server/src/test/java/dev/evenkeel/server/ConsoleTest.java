// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.core.message.AttackSeen;
import dev.evenkeel.core.message.Condition;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConsoleTest {
    @TempDir static Path folder;
    private static RunningServer home;
    private static String cookie;

    @BeforeAll
    static void start() throws IOException {
        home = new RunningServer(folder.resolve("data"));
        home.publish(TestRelease.build(folder.resolve("release"), "1.1", "5.2"));
        HttpResponse<byte[]> response = logIn(home.server.operatorToken());
        String set = response.headers().firstValue("Set-Cookie").orElseThrow();
        assertThat(set).contains("HttpOnly", "Secure", "SameSite=Strict");
        cookie = set.substring(0, set.indexOf(';'));
    }

    @AfterAll
    static void stop() {
        home.close();
    }

    private static HttpResponse<byte[]> logIn(String token) throws IOException {
        return home.nobody.post("/login", ("token=" + token).getBytes(UTF_8));
    }

    private static String page(String path) throws IOException {
        var response = home.nobody.get(path, Map.of("Cookie", cookie));
        assertThat(response.statusCode()).as(path).isEqualTo(200);
        return Client.text(response);
    }

    @Test
    void a_wrong_token_does_not_log_in() throws IOException {
        var response = logIn("operator.home.wrong");
        assertThat(response.statusCode()).isEqualTo(403);
        assertThat(Client.text(response)).contains("That is not the operator token");
        assertThat(response.headers().firstValue("Set-Cookie")).isEmpty();
    }

    @Test
    void every_page_says_dev_while_development_keys_sign() throws IOException {
        for (String path : List.of("/", "/devices", "/releases", "/rollouts")) {
            assertThat(page(path)).contains("DEV", "Releases are signed with development keys");
        }
        assertThat(Client.text(home.nobody.get("/login"))).contains("DEV");
    }

    @Test
    void pages_show_devices_releases_and_rollouts() throws IOException {
        FakeAgent device = home.device();
        device.checksIn();
        home.rollOut("1.1");
        device.checksIn();
        assertThat(page("/devices")).contains(device.id.text(), "1.0", "pending");
        assertThat(page("/devices/" + device.id))
                .contains("enrolled as qemu-x86 revision 1", "It runs 1.0 from slot A");
        assertThat(page("/releases")).contains("1.1", "kiosk");
        assertThat(page("/rollouts")).contains("r-1", "Halt");
        assertThat(page("/")).contains("devices");
    }

    @Test
    void what_a_device_says_is_shown_and_not_run() throws IOException {
        FakeAgent device = home.device();
        String checkIn = new String(device.nextCheckIn().toBytes(), UTF_8);
        String attack = "<script>alert(1)</script>";
        device.client.post(
                device.path("check-in"),
                checkIn.replace("\"last_error\":\"\"", "\"last_error\":\"" + attack + "\"")
                        .getBytes(UTF_8));
        assertThat(page("/devices/" + device.id)).contains("&lt;script&gt;").doesNotContain(attack);
    }

    @Test
    void the_attack_that_a_device_refused_is_shown_with_its_facts() throws IOException {
        FakeAgent device = home.device();
        device.condition =
                new Condition(
                        0,
                        0,
                        "ok",
                        "ok",
                        "",
                        Optional.of(
                                AttackSeen.of(
                                        "rollback",
                                        "timestamp.json",
                                        Map.of("trusted_version", "41", "found_version", "40"),
                                        Instant.parse("2026-11-20T21:22:27Z"))));
        device.checksIn();
        assertThat(page("/devices/" + device.id))
                .contains(
                        "Attack refused",
                        "rollback: timestamp.json (found version 40, trusted version 41)");
        device.condition = Condition.UNKNOWN;
        device.checksIn();
        assertThat(page("/devices/" + device.id)).doesNotContain("Attack refused");
    }

    @Test
    void a_button_works_from_our_page_and_from_no_other() throws IOException {
        String origin = home.server.address().toString();
        byte[] form = "release=qemu-x86%2F1.1&group=all".getBytes(UTF_8);
        for (Map<String, String> headers :
                List.of(
                        Map.of("Cookie", cookie),
                        Map.of("Cookie", cookie, "Origin", "https://evil.example"),
                        Map.of("Cookie", cookie, "Origin", "null"))) {
            assertThat(home.nobody.send("POST", "/rollouts", form, headers).statusCode())
                    .isEqualTo(403);
        }
        var ours = Map.of("Cookie", cookie, "Origin", origin);
        var response = home.nobody.send("POST", "/rollouts", form, ours);
        assertThat(response.statusCode()).isEqualTo(303);
        assertThat(response.headers().firstValue("Location").orElseThrow())
                .startsWith("/rollouts/r-");
    }

    @Test
    void scripts_and_styles_come_from_the_server_itself() throws IOException {
        for (String file : List.of("htmx.js", "console.js", "console.css", "icon.svg")) {
            assertThat(home.nobody.get("/assets/" + file).body()).as(file).isNotEmpty();
        }
        assertThat(home.nobody.get("/assets/..%2fopenapi.json").statusCode()).isEqualTo(404);
        assertThat(page("/")).doesNotContain("http://", "//cdn");
    }

    @Test
    void logging_out_ends_the_login() throws IOException {
        String set =
                logIn(home.server.operatorToken()).headers().firstValue("Set-Cookie").orElseThrow();
        String mine = set.substring(0, set.indexOf(';'));
        home.nobody.send(
                "POST",
                "/logout",
                new byte[0],
                Map.of("Cookie", mine, "Origin", home.server.address().toString()));
        assertThat(home.nobody.get("/", Map.of("Cookie", mine)).statusCode()).isEqualTo(303);
    }
}
