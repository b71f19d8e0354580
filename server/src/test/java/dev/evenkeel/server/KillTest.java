// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.core.Digest;
import dev.evenkeel.core.json.JsonObject;
import dev.evenkeel.core.message.BootReport.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A real server process, ended in both ways.
class KillTest {
    @TempDir Path folder;

    private static FakeAgent enrol(ServerProcess server) throws IOException {
        String token =
                Client.json(server.operator().post("/api/v1/enrolment-tokens", JsonObject.EMPTY))
                        .text("token");
        return FakeAgent.enrol(server.address(), server.authority(), token);
    }

    @Test
    void a_killed_server_has_lost_nothing_that_it_acknowledged() throws Exception {
        TestRelease release = TestRelease.build(folder.resolve("release"), "1.1", "5.2");
        FakeAgent device;
        try (var server = ServerProcess.start(folder.resolve("data"))) {
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
            server.kill();
        }
        try (var server = ServerProcess.start(folder.resolve("data"))) {
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
        try (var server = ServerProcess.start(folder.resolve("data"))) {
            device = enrol(server);
            device.boots("1.7", Digest.of(new byte[0]));
            device.checksIn();
            server.stop();
        }
        try (var server = ServerProcess.start(folder.resolve("data"))) {
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
