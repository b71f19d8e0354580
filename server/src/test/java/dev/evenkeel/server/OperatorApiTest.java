// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.core.FleetId;
import dev.evenkeel.core.json.JsonObject;
import dev.evenkeel.core.message.Assignment;
import dev.evenkeel.core.message.BootReport.Outcome;
import dev.evenkeel.core.message.Provisioning;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OperatorApiTest {
    @TempDir Path folder;
    private RunningServer home;

    @BeforeEach
    void start() throws IOException {
        home = new RunningServer(folder.resolve("data"));
    }

    @AfterEach
    void stop() {
        home.close();
    }

    private TestRelease release(String version, String bash) throws IOException {
        return TestRelease.build(folder.resolve("release-" + version), version, bash);
    }

    @Test
    void a_release_is_published_rolled_out_and_proved() throws IOException {
        TestRelease release = release("1.1", "5.2");
        JsonObject published = home.publish(release);
        assertThat(published.text("manifest")).isEqualTo(release.digest().hex());
        assertThat(published.size("new_bytes")).isPositive();
        FakeAgent device = home.device();
        JsonObject rollout = home.rollOut("1.1");

        Assignment assignment = device.checksIn().assignment().orElseThrow();
        assertThat(assignment.manifest()).isEqualTo(release.digest());
        String target =
                "/content/v1/home/targets/channels/dev/qemu-x86/" + release.digest() + ".1.1.json";
        assertThat(device.client.get(target).body()).isEqualTo(release.manifest().toBytes());

        device.boots("1.1", release.digest());
        device.reports(device.nextReport(Outcome.COMMITTED, "1.1", release.digest()));
        JsonObject shown =
                Client.json(home.operator.get("/api/v1/rollouts/" + rollout.text("rollout")));
        assertThat(shown.object("counts").integer("succeeded")).isEqualTo(1);
        JsonObject update = home.show(device).array("updates").objects().getFirst();
        assertThat(update.text("evidence")).isEqualTo("signed");
        assertThat(
                        Client.json(
                                        home.operator.get(
                                                "/api/v1/devices/" + device.id + "/boot-reports"))
                                .array("boot_reports")
                                .items())
                .hasSize(1);
    }

    @Test
    void a_diff_tells_packages_and_what_a_device_must_fetch() throws IOException {
        home.publish(release("1.0", "5.2"));
        home.publish(release("1.1", "5.3"));
        JsonObject diff = Client.json(home.operator.get("/api/v1/releases/1.1/diff?from=1.0"));
        assertThat(diff.object("packages").array("changed").objects())
                .containsExactly(
                        JsonObject.of("name", "bash").with("before", "5.2").with("after", "5.3"));
        assertThat(diff.size("download_bytes")).isPositive().isLessThan(400_000);
        assertThat(Client.json(home.operator.get("/api/v1/releases/1.1")).array("packages").items())
                .hasSize(1);
    }

    @Test
    void publishing_the_same_again_adds_nothing_and_another_under_its_name_is_refused()
            throws IOException {
        home.publish(release("1.0", "5.2"));
        JsonObject again = home.publish(TestRelease.build(folder.resolve("same"), "1.0", "5.2"));
        assertThat(again.size("new_bytes")).isZero();
        TestRelease other = TestRelease.build(folder.resolve("other"), "1.0", "5.9");
        assertThat(upload(other.tar(), "dev").statusCode()).isEqualTo(409);
    }

    @Test
    void an_altered_foreign_or_broken_release_is_refused_and_nothing_stays() throws IOException {
        TestRelease altered = release("1.0", "5.2");
        Files.write(altered.folder().resolve("slot.img"), new byte[600_000]);
        TestRelease foreign =
                TestRelease.build(folder.resolve("foreign"), "1.0", "5", new FleetId("other"));
        TestRelease whole = TestRelease.build(folder.resolve("whole"), "1.0", "5.2");
        byte[] half = java.util.Arrays.copyOf(whole.tar(), 300_000);
        for (byte[] bad : new byte[][] {altered.tar(), foreign.tar(), half, new byte[10]}) {
            var response = upload(bad, "dev");
            assertThat(response.statusCode()).as(Client.text(response)).isEqualTo(400);
        }
        assertThat(upload(whole.tar(), "nowhere").statusCode()).isEqualTo(400);
        assertThat(Client.json(home.operator.get("/api/v1/releases")).array("releases").items())
                .isEmpty();
        try (Stream<Path> left = Files.list(home.data.resolve("incoming"))) {
            assertThat(left.filter(p -> !p.getFileName().toString().startsWith(".vertx")))
                    .isEmpty();
        }
    }

    @Test
    void an_upload_cannot_write_outside_its_folder() throws IOException {
        for (String name : new String[] {"../evil", "/tmp/evil", "indexes/../../evil", "evil"}) {
            var bytes = new ByteArrayOutputStream();
            try (var tar = new TarArchiveOutputStream(bytes)) {
                TestRelease.add(tar, name, new byte[] {1});
            }
            var response = upload(bytes.toByteArray(), "dev");
            assertThat(response.statusCode()).isEqualTo(400);
            assertThat(Client.json(response).text("detail")).contains("no part of a release");
        }
        assertThat(home.data.resolve("evil")).doesNotExist();
        assertThat(home.data.resolve("incoming/evil")).doesNotExist();
    }

    private HttpResponse<byte[]> upload(byte[] tar, String channel) throws IOException {
        return home.operator.send(
                "POST",
                "/api/v1/releases?channel=" + channel,
                tar,
                Map.of("Content-Type", "application/x-tar"));
    }

    @Test
    void a_provisioning_record_brings_a_device_in() throws IOException {
        var response =
                home.operator.post(
                        "/api/v1/provisioning",
                        JsonObject.of("device_type", "qemu-x86")
                                .with("revision", 2)
                                .with("server", "https://10.0.2.2:8443"));
        Provisioning record = Provisioning.read(response.body());
        assertThat(record.revision()).isEqualTo(2);
        assertThat(record.server().getHost()).isEqualTo("10.0.2.2");
        assertThat(record.serverCertificate()).isEqualTo(home.server.certificate());
        assertThat(new String(record.trustedRoot(), java.nio.charset.StandardCharsets.UTF_8))
                .contains("\"root\"");
        FakeAgent device =
                FakeAgent.enrol(home.server.address(), record.serverCertificate(), record.token());
        assertThat(device.checksIn().assignment()).isEmpty();
    }

    @Test
    void groups_are_made_filled_and_emptied() throws IOException {
        FakeAgent device = home.device();
        String lab = "/api/v1/groups/lab";
        assertThat(put(lab, "{\"devices\":[]}").statusCode()).isEqualTo(200);
        assertThat(put(lab + "/devices/" + device.id, "").statusCode()).isEqualTo(200);
        assertThat(Client.json(home.operator.get(lab)).array("devices").texts())
                .containsExactly(device.id.text());
        home.operator.send("DELETE", lab + "/devices/" + device.id, new byte[0], Map.of());
        assertThat(Client.json(home.operator.get(lab)).array("devices").items()).isEmpty();
        assertThat(put("/api/v1/groups/all", "{\"devices\":[]}").statusCode()).isEqualTo(409);
        assertThat(home.operator.get("/api/v1/groups/none").statusCode()).isEqualTo(404);
    }

    private HttpResponse<byte[]> put(String path, String body) throws IOException {
        byte[] bytes = body.getBytes(java.nio.charset.StandardCharsets.UTF_8);
        return home.operator.send("PUT", path, bytes, Map.of());
    }

    @Test
    void a_rollout_is_halted_resumed_and_aborted() throws IOException {
        home.publish(release("1.1", "5.2"));
        FakeAgent device = home.device();
        String rollout = "/api/v1/rollouts/" + home.rollOut("1.1").text("rollout");
        JsonObject halted =
                Client.json(home.operator.post(rollout + "/halt", JsonObject.of("note", "smells")));
        assertThat(halted.text("state")).isEqualTo("halted");
        assertThat(halted.text("note")).isEqualTo("smells");
        assertThat(device.checksIn().assignment()).isEmpty();
        home.operator.post(rollout + "/resume", JsonObject.EMPTY);
        assertThat(device.checksIn().assignment()).isPresent();
        JsonObject aborted =
                Client.json(home.operator.post(rollout + "/abort", JsonObject.of("note", "bad")));
        assertThat(aborted.text("state")).isEqualTo("aborted");
        assertThat(device.checksIn().assignment()).isEmpty();
        assertThat(home.operator.post(rollout + "/resume", JsonObject.EMPTY).statusCode())
                .isEqualTo(409);
        assertThat(
                        home.operator
                                .post("/api/v1/rollouts", JsonObject.of("release", "9.9"))
                                .statusCode())
                .isEqualTo(404);
    }

    @Test
    void changes_are_told_live() throws Exception {
        HttpRequest request =
                HttpRequest.newBuilder(home.server.address().resolve("/api/v1/events"))
                        .header("Authorization", "Bearer " + home.server.operatorToken())
                        .build();
        var response = home.operator.http().send(request, HttpResponse.BodyHandlers.ofLines());
        assertThat(response.headers().firstValue("Content-Type")).contains("text/event-stream");
        FakeAgent device = home.device();
        try (Stream<String> lines = response.body()) {
            assertThat(lines.filter(line -> line.startsWith("data:")).findFirst())
                    .contains("data: {\"device\":\"" + device.id + "\"}");
        }
    }
}
