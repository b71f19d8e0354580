// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.core.Digest;
import dev.evenkeel.core.Dsse;
import dev.evenkeel.core.json.JsonObject;
import dev.evenkeel.core.message.BootReport.Outcome;
import dev.evenkeel.core.message.Protocol;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

class DeviceApiTest {
    @TempDir static Path data;
    private static RunningServer home;

    @BeforeAll
    static void start() throws IOException {
        home = new RunningServer(data);
    }

    @AfterAll
    static void stop() {
        home.close();
    }

    @Test
    void a_device_enrols_checks_in_and_is_seen() throws IOException {
        FakeAgent device = home.device();
        assertThat(device.checksIn().pollSeconds()).isEqualTo(30);
        JsonObject shown = home.show(device);
        assertThat(shown.flag("online")).isTrue();
        assertThat(shown.object("running").text("release")).isEqualTo("1.0");
    }

    @Test
    void another_fleet_is_not_served() throws IOException {

        FakeAgent device = home.device();
        String path = device.path("check-in").replace("/home/", "/other/");
        assertThat(device.client.post(path, device.nextCheckIn().toBytes()).statusCode())
                .isEqualTo(404);
        assertThat(device.client.get("/content/v1/other/metadata/timestamp.json").statusCode())
                .isEqualTo(404);
    }

    @Test
    void a_device_cannot_check_in_for_another() throws IOException {
        FakeAgent device = home.device();
        FakeAgent other = home.device();
        var response = device.client.post(device.path("check-in"), other.nextCheckIn().toBytes());
        assertThat(response.statusCode()).isEqualTo(403);
    }

    @Test
    void two_holders_of_one_identity_are_in_quarantine_until_an_operator_lifts_it()
            throws IOException {
        FakeAgent device = home.device();
        FakeAgent copy = device.at(home.server.address(), home.server.certificate());
        copy.boots("1.0", Digest.of(new byte[0]));
        device.checksIn();
        var response = copy.client.post(copy.path("check-in"), copy.nextCheckIn().toBytes());
        assertThat(response.statusCode()).isEqualTo(409);
        assertThat(Client.json(response).text("type")).endsWith("two-holders");
        assertThat(home.show(device).object("quarantine").text("what")).contains("two devices");
        assertThat(device.triesToCheckIn().statusCode()).as("the other one too").isEqualTo(403);
        var content = device.client.get("/content/v1/home/metadata/timestamp.json");
        assertThat(Client.json(content).text("type")).endsWith("quarantined");
        assertThat(device.renews().statusCode()).isEqualTo(403);
        home.operator.post("/api/v1/devices/" + device.id + "/lift-quarantine", JsonObject.EMPTY);
        assertThat(home.show(device).has("quarantine")).isFalse();
        copy.checksIn();
        device.checksIn();
        assertThat(copy.triesToCheckIn().statusCode()).as("neither was taken away").isEqualTo(409);
    }

    @Test
    void a_protocol_that_is_not_spoken_is_426_whatever_else_is_in_it() throws IOException {
        FakeAgent device = home.device();
        JsonObject future = JsonObject.of("protocol", Protocol.VERSION + 1).with("shape", "new");
        var response = device.client.post(device.path("check-in"), future);
        assertThat(response.statusCode()).isEqualTo(426);
        assertThat(response.headers().firstValue("Upgrade"))
                .contains("evenkeel/" + Protocol.VERSION);
    }

    @Test
    void a_replayed_boot_report_is_409() throws IOException {
        FakeAgent device = home.device();
        Dsse report = device.nextReport(Outcome.NONE, "1.0", Digest.of(new byte[0]));
        assertThat(device.reports(report).statusCode()).isEqualTo(204);
        var replayed = device.reports(report);
        assertThat(replayed.statusCode()).isEqualTo(409);
        assertThat(Client.json(replayed).text("type")).endsWith("replayed-report");
    }

    @Test
    void a_boot_report_of_another_key_or_device_is_refused() throws IOException {
        FakeAgent device = home.device();
        FakeAgent other = home.device();
        Dsse good = device.nextReport(Outcome.NONE, "1.0", Digest.of(new byte[0]));
        Dsse forged = Dsse.sign(good.payloadType(), good.payload(), other.key);
        assertThat(device.reports(forged).statusCode()).isEqualTo(403);
        assertThat(other.reports(good).statusCode())
                .as("replayed at another device")
                .isEqualTo(403);
        Dsse ofOther = other.nextReport(Outcome.NONE, "1.0", Digest.of(new byte[0]));
        Dsse lied = Dsse.sign(ofOther.payloadType(), ofOther.payload(), device.key);
        assertThat(device.reports(lied).statusCode()).isEqualTo(403);
    }

    @TestFactory
    List<DynamicTest> hostile_bodies_are_refused_with_a_problem() {
        Map<String, byte[]> bodies =
                Map.of(
                        "empty", new byte[0],
                        "no JSON", "hello".getBytes(UTF_8),
                        "wrong types", "{\"protocol\":\"one\"}".getBytes(UTF_8),
                        "an array", "[]".getBytes(UTF_8),
                        "a member twice", "{\"protocol\":1,\"protocol\":1}".getBytes(UTF_8),
                        "deep", "[".repeat(5000).getBytes(UTF_8),
                        "not UTF-8", new byte[] {'"', (byte) 0xff, '"'},
                        "a fraction", "{\"protocol\":1.5}".getBytes(UTF_8));
        return bodies.entrySet().stream()
                .map(body ->
                        DynamicTest.dynamicTest(
                                body.getKey(),
                                () -> {
                                    FakeAgent device = home.device();
                                    for (String what : List.of("check-in", "boot-reports")) {
                                        var response =
                                                device.client.post(
                                                        device.path(what), body.getValue());
                                        assertThat(response.statusCode()).isEqualTo(400);
                                        assertThat(Client.json(response).text("detail"))
                                                .isNotEmpty()
                                                .doesNotContain("Exception", "at dev.");
                                    }
                                }))
                .toList();
    }

    @Test
    void a_check_in_that_could_never_be_kept_is_refused_and_harms_nobody() throws IOException {
        FakeAgent device = home.device();
        String text = new String(device.nextCheckIn().toBytes(), UTF_8);
        byte[] poisoned =
                text.replace("\"last_error\":\"\"", "\"last_error\":\"a\\u0000b\"").getBytes(UTF_8);
        assertThat(device.client.post(device.path("check-in"), poisoned).statusCode())
                .isEqualTo(400);
        device.checksIn();
        assertThat(home.operator.get("/api/v1/devices/" + device.id + "/timeline").statusCode())
                .as("the journal can be flushed")
                .isEqualTo(200);
    }

    @Test
    void a_huge_body_is_413() throws IOException {
        FakeAgent device = home.device();
        var response = device.client.post(device.path("check-in"), new byte[300_000]);
        assertThat(response.statusCode()).isEqualTo(413);
        assertThat(device.checksIn().protocol())
                .as("the next call works")
                .isEqualTo(Protocol.VERSION);
    }
}
