// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.server.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.core.json.JsonObject;
import dev.evenkeel.core.message.Protocol;
import dev.evenkeel.server.Client;
import dev.evenkeel.server.FakeAgent;
import dev.evenkeel.server.ServerProcess;
import dev.evenkeel.server.TestRelease;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FullDiskTest {
    private static final int MOST_TOKENS = 2_000;

    @TempDir Path folder;

    @Test
    void a_server_with_a_full_disk_says_so_answers_polls_and_goes_on_when_there_is_room()
            throws Exception {
        Path data = folder.resolve("server");
        var release = new Publication(TestRelease.build(folder.resolve("release"), "1.1", "5.2"));
        try (SmallDisk disk = SmallDisk.mount(data);
                ServerProcess server =
                        ServerProcess.launch(
                                data, disk.seenAt(), 0, Duration.ZERO, disk.within())) {
            server.awaitServing();
            Client operator = server.operator();
            FakeAgent device =
                    FakeAgent.enrol(
                            server.address(), server.authority(), token(operator).orElseThrow());

            disk.fillUpTo(0);
            isToldOfTheDisk(OperatorLoad.upload(operator, release));
            List<String> acknowledged = new ArrayList<>();
            for (var more = token(operator); more.isPresent(); more = token(operator)) {
                acknowledged.add(more.get());
                assertThat(acknowledged).as("it has room without end").hasSizeLessThan(MOST_TOKENS);
            }
            isToldOfTheDisk(operator.post("/api/v1/enrolment-tokens", JsonObject.EMPTY));
            assertThat(device.checksIn().protocol())
                    .as("polls need no disk")
                    .isEqualTo(Protocol.VERSION);
            assertThat(operator.get("/api/v1/devices/" + device.id).statusCode()).isEqualTo(200);

            disk.widen();
            assertThat(token(operator)).as("without a restart").isPresent();
            assertThat(OperatorLoad.upload(operator, release).statusCode()).isEqualTo(201);
            assertThat(
                            Client.json(operator.get("/api/v1/enrolment-tokens"))
                                    .array("enrolment_tokens")
                                    .items())
                    .hasSize(acknowledged.size() + 2);
        }
    }

    private static Optional<String> token(Client operator) throws Exception {
        var response = operator.post("/api/v1/enrolment-tokens", JsonObject.EMPTY);
        return response.statusCode() == 201
                ? Optional.of(Client.json(response).text("token"))
                : Optional.empty();
    }

    private static void isToldOfTheDisk(HttpResponse<byte[]> response) {
        assertThat(response.statusCode()).as(Client.text(response)).isEqualTo(503);
        assertThat(Client.json(response).text("detail")).contains("disk");
        assertThat(response.headers().firstValue("Retry-After")).isPresent();
    }
}
