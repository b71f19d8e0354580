// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.core.Digest;
import dev.evenkeel.core.json.JsonObject;
import dev.evenkeel.core.message.BootReport.Outcome;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateFactory;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A real server process, ended in both ways.
class KillTest {
    @TempDir Path folder;

    private record Running(Process process, URI address, String token, byte[] authority)
            implements AutoCloseable {
        Client operator() {
            return new Client(address, authority, token);
        }

        @Override
        public void close() {
            process.destroyForcibly();
        }
    }

    private Running launch() throws Exception {
        Process process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                                "-cp",
                                System.getProperty("java.class.path"),
                                ServerMain.class.getName(),
                                "--fleet",
                                "home",
                                "--data",
                                folder.resolve("data").toString(),
                                "--listen",
                                "127.0.0.1:0")
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        Map<String, String> told = new HashMap<>();
        BufferedReader lines = process.inputReader(StandardCharsets.UTF_8);
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            int colon = line.indexOf(": ");
            if (colon > 0) told.put(line.substring(0, colon), line.substring(colon + 1).strip());
            if (line.startsWith("DEV")) break;
        }
        Path pem = Path.of(told.getOrDefault("server authority", "none"));
        try (var in = Files.newInputStream(pem)) {
            return new Running(
                    process,
                    URI.create(told.getOrDefault("console and API", "none")),
                    told.getOrDefault("operator token", "none"),
                    CertificateFactory.getInstance("X.509").generateCertificate(in).getEncoded());
        }
    }

    private static FakeAgent enrol(Running server) throws IOException {
        String token =
                Client.json(server.operator().post("/api/v1/enrolment-tokens", JsonObject.EMPTY))
                        .text("token");
        return FakeAgent.enrol(server.address(), server.authority(), token);
    }

    @Test
    void a_killed_server_has_lost_nothing_that_it_acknowledged() throws Exception {
        TestRelease release = TestRelease.build(folder.resolve("release"), "1.1", "5.2");
        FakeAgent device;
        try (Running server = launch()) {
            device = enrol(server);
            var published =
                    server.operator()
                            .send(
                                    "POST",
                                    "/api/v1/releases?channel=dev",
                                    release.tar(),
                                    Map.of("Content-Type", "application/x-tar"));
            assertThat(published.statusCode()).isEqualTo(201);
            server.operator().post("/api/v1/rollouts", JsonObject.of("release", "1.1"));
            device.checksIn();
            device.boots("1.1", release.digest());
            var report = device.nextReport(Outcome.COMMITTED, "1.1", release.digest());
            assertThat(device.reports(report).statusCode()).isEqualTo(204);
            server.process().destroyForcibly().waitFor();
        }
        try (Running server = launch()) {
            FakeAgent same = device.at(server.address(), server.authority());
            JsonObject shown = Client.json(server.operator().get("/api/v1/devices/" + device.id));
            assertThat(shown.array("updates").objects().getFirst().text("state"))
                    .isEqualTo("succeeded");
            assertThat(same.checksIn().assignment()).isEmpty();
            assertThat(
                            Client.json(server.operator().get("/api/v1/rollouts/r-1"))
                                    .object("counts")
                                    .integer("succeeded"))
                    .isEqualTo(1);
            assertThat(same.client.get("/content/v1/home/metadata/timestamp.json").statusCode())
                    .isEqualTo(200);
        }
    }

    @Test
    void a_server_that_is_told_to_stop_keeps_what_waited_too() throws Exception {
        FakeAgent device;
        try (Running server = launch()) {
            device = enrol(server);
            device.boots("1.7", Digest.of(new byte[0]));
            device.checksIn();
            server.process().destroy(); // SIGTERM
            assertThat(server.process().waitFor(20, TimeUnit.SECONDS)).isTrue();
        }
        try (Running server = launch()) {
            JsonObject shown = Client.json(server.operator().get("/api/v1/devices/" + device.id));
            assertThat(shown.object("running").text("release")).isEqualTo("1.7");
        }
    }

    @Test
    void a_second_server_on_the_same_folder_is_refused() throws Exception {
        try (var _ = new RunningServer(folder.resolve("data"))) {
            org.assertj.core.api.Assertions.assertThatThrownBy(
                            () -> Server.start(RunningServer.options(folder.resolve("data"))))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("another server");
        }
    }

    @Test
    void secrets_are_readable_by_their_owner_only() throws Exception {
        try (var home = new RunningServer(folder.resolve("data"))) {
            for (String file : new String[] {"operator-token", "tls/ca.key", "tls/server.key"}) {
                assertThat(
                                java.nio.file.attribute.PosixFilePermissions.toString(
                                        Files.getPosixFilePermissions(home.data.resolve(file))))
                        .as(file)
                        .isEqualTo("rw-------");
            }
        }
    }
}
