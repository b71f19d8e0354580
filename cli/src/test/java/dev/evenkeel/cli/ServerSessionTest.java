// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.core.FleetId;
import dev.evenkeel.core.json.JsonObject;
import dev.evenkeel.core.json.StrictJson;
import dev.evenkeel.core.message.Provisioning;
import dev.evenkeel.server.Server;
import dev.evenkeel.server.ServerOptions;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The commands against the real server.
class ServerSessionTest {
    @TempDir Path data;
    private Server server;

    @BeforeEach
    void start() throws Exception {
        server =
                Server.start(
                        ServerOptions.in(data)
                                .withFleet(new FleetId("default"))
                                .withListen("127.0.0.1", 0));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private String run(int expectedExitCode, String... words) {
        Run run = Run.of((Object[]) words);
        assertThat(run.exitCode()).as("%s %s", run.out(), run.err()).isEqualTo(expectedExitCode);
        return expectedExitCode == 0 ? run.out() : run.err();
    }

    private JsonObject json(String... words) {
        return StrictJson.parseObject(
                run(0, words).strip().getBytes(StandardCharsets.UTF_8), 1 << 20);
    }

    @Test
    void a_mirror_that_is_no_address_is_refused_before_the_server_starts() {
        assertThat(run(1, "server", "--data", data.toString(), "--content-mirror", "ftp://a/"))
                .contains("--content-mirror: content mirror: expected http:// or https://")
                .contains("found 'ftp://a/'");
    }

    @Test
    void lists_speak_json_to_machines() {
        assertThat(
                        json("device", "list", "--json", "--data", data.toString())
                                .array("devices")
                                .items())
                .isEmpty();
        assertThat(
                        json("release", "list", "--json", "--data", data.toString())
                                .array("releases")
                                .items())
                .isEmpty();
        assertThat(
                        json("rollout", "list", "--json", "--data", data.toString())
                                .array("rollouts")
                                .items())
                .isEmpty();
    }

    @Test
    void deltas_are_listed_and_a_limit_that_is_too_small_is_refused() {
        JsonObject deltas = json("content", "deltas", "--json", "--data", data.toString());
        assertThat(deltas.flag("enabled")).isTrue();
        assertThat(deltas.text("note")).isEmpty();
        assertThat(deltas.array("deltas").items()).isEmpty();
        assertThat(run(0, "content", "deltas", "--data", data.toString()))
                .contains("FROM", "CHUNKS", "WHOLE");
        assertThat(run(1, "server", "--delta-memory", "1M")).contains("--delta-memory");
    }

    @Test
    void lists_speak_in_tables_to_people() {
        assertThat(run(0, "device", "list", "--data", data.toString()))
                .contains("DEVICE")
                .contains("STATE");
    }

    @Test
    void a_release_that_does_not_exist_cannot_be_rolled_out() {
        assertThat(run(1, "rollout", "start", "9.9", "--data", data.toString())).contains("9.9");
    }

    @Test
    void a_provisioning_record_is_written_for_one_device() throws Exception {
        Path record = data.resolve("kitchen.json");
        run(
                0,
                "device",
                "provision",
                "--device-type",
                "qemu-x86",
                "--server",
                "https://10.0.2.2:8443",
                "-o",
                record.toString(),
                "--data",
                data.toString());
        Provisioning provisioning = Provisioning.read(Files.readAllBytes(record));
        assertThat(provisioning.server()).hasToString("https://10.0.2.2:8443");
        assertThat(provisioning.trustedRoot()).isNotEmpty();
    }

    @Test
    void a_wrong_token_is_refused_in_words() throws Exception {
        Path wrong = Files.writeString(data.resolve("wrong-token"), "operator.default.nonsense");
        assertThat(
                        run(
                                1,
                                "device",
                                "list",
                                "--data",
                                data.toString(),
                                "--token-file",
                                wrong.toString()))
                .contains("refused the operator token");
    }
}
