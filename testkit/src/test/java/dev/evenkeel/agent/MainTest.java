// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.agent;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.boot.BootDecision;
import dev.evenkeel.boot.BootRecord;
import dev.evenkeel.boot.BootRecords;
import dev.evenkeel.boot.Region;
import dev.evenkeel.boot.StatePartition;
import dev.evenkeel.core.Digest;
import dev.evenkeel.core.Slot;
import dev.evenkeel.core.json.JsonObject;
import dev.evenkeel.core.json.StrictJson;
import dev.evenkeel.core.message.BootReport.Outcome;
import dev.evenkeel.core.message.Provisioning;
import dev.evenkeel.linux.BlockDevice;
import dev.evenkeel.testkit.BuiltRelease;
import dev.evenkeel.testkit.Repository;
import dev.evenkeel.testkit.SimulatedDevice;
import dev.evenkeel.testkit.SimulatedServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The command as it ships, on a folder that stands for a device, against a server over HTTPS.
class MainTest {
    @TempDir Path top;
    private Path device;
    private DeviceApi api;
    private HttpsEndpoint endpoint;
    private Repository repository;
    private BuiltRelease next;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private int boots;

    @BeforeEach
    void a_device_folder_on_1_0_and_a_server_with_1_1() throws Exception {
        repository = new Repository(top.resolve("server"), Instant.now());
        BuiltRelease factory = repository.publish("1.0");
        next = repository.publish("1.1");
        api = new DeviceApi(new SimulatedServer(repository));
        endpoint = new HttpsEndpoint(api);
        device = Files.createDirectories(top.resolve("a device"));
        for (String name : List.of("env-0", "env-1", "boot-a", "slot-a", "boot-b", "slot-b")) {
            allocate(name, SimulatedDevice.PARTITION_BYTES);
        }
        allocate("state", StatePartition.SIZE_BYTES);
        Files.write(device.resolve("slot-a"), factory.slot());
        Files.write(device.resolve("boot-a"), factory.boot());
        try (var state = BlockDevice.open(device.resolve("state"), true)) {
            var provisioning =
                    new Provisioning(
                            BuiltRelease.FLEET,
                            BuiltRelease.TYPE,
                            1,
                            endpoint.uri(),
                            endpoint.certificate(),
                            SimulatedServer.TOKEN,
                            repository.publisher.root());
            new StatePartition(state).write(Region.PROVISIONING, provisioning.toBytes());
        }
        try (var first = BlockDevice.open(device.resolve("env-0"), true);
                var second = BlockDevice.open(device.resolve("env-1"), true)) {
            new BootRecords(first, second).store(BootRecord.FACTORY);
        }
    }

    @AfterEach
    void close() throws IOException {
        endpoint.close();
    }

    private void allocate(String name, long sizeBytes) throws IOException {
        try (var file = new RandomAccessFile(device.resolve(name).toFile(), "rw")) {
            file.setLength(sizeBytes);
        }
    }

    /// What the boot script and the system around the agent do.
    private Slot boot(String verdict) throws IOException {
        BootDecision decision;
        try (var first = BlockDevice.open(device.resolve("env-0"), true);
                var second = BlockDevice.open(device.resolve("env-1"), true)) {
            var records = new BootRecords(first, second);
            decision = BootDecision.decide(records.load().record());
            records.store(decision.record());
        }
        BuiltRelease runs = decision.slot() == Slot.A ? repository.releases.getFirst() : next;
        Files.writeString(device.resolve("boot_id"), new UUID(7, ++boots).toString());
        Files.writeString(device.resolve("release.json"), runs.releaseFile());
        Files.writeString(
                device.resolve("cmdline"),
                "evenkeel.slot="
                        + decision.slot()
                        + " evenkeel.trial="
                        + (decision.trial() ? 1 : 0)
                        + " evenkeel.verity_root="
                        + Digest.of(runs.slot()));
        Path run = Files.createDirectories(device.resolve("run/evenkeel"));
        Files.writeString(run.resolve("boot"), "data=ok\nlog=ok\n");
        Files.writeString(run.resolve("health"), "verdict=" + verdict + "\n");
        Files.deleteIfExists(device.resolve("reboot-requested"));
        return decision.slot();
    }

    private int evenkeelAgent(String... words) {
        var all = new java.util.ArrayList<String>(List.of(words));
        all.addAll(List.of("--device-folder", device.toString()));
        out.reset();
        err.reset();
        return Main.run(
                all.toArray(String[]::new),
                new PrintStream(out, true, UTF_8),
                new PrintStream(err, true, UTF_8));
    }

    /// Runs the agent until `done` or until it wants a reboot.
    private void runUntil(java.util.function.BooleanSupplier done) throws Exception {
        var agent = new Thread(() -> evenkeelAgent("run"));
        agent.start();
        long deadline = System.nanoTime() + 60_000_000_000L;
        while (agent.isAlive() && !done.getAsBoolean() && System.nanoTime() < deadline) {
            Thread.sleep(20);
        }
        agent.interrupt();
        agent.join(20_000);
        assertThat(agent.isAlive()).isFalse();
    }

    private void update() throws Exception {
        api.server.assign("r-1", next);
        assertThat(boot("green")).isEqualTo(Slot.A);
        assertThat(evenkeelAgent("run")).as(err.toString(UTF_8)).isEqualTo(Main.REBOOT);
        assertThat(device.resolve("reboot-requested")).hasContent("start release 1.1\n");
        assertThat(boot("green")).isEqualTo(Slot.B);
        runUntil(() -> api.server.outcomes().contains(Outcome.COMMITTED));
        assertThat(api.server.outcomes()).contains(Outcome.COMMITTED);
    }

    @Test
    void an_update_goes_through_from_enrolment_to_commit() throws Exception {
        update();
        assertThat(device.resolve("run/evenkeel-agent/committed")).exists();
        assertThat(evenkeelAgent("status")).isEqualTo(Main.OK);
        assertThat(out.toString(UTF_8))
                .contains("Release  1.1 in slot b")
                .contains("it was committed after 1 attempt, for rollout r-1")
                .contains("Last     release 1.1 was committed")
                .contains("Health   green");
        assertThat(evenkeelAgent("status", "--json")).isEqualTo(Main.OK);
        JsonObject status = StrictJson.parseObject(out.toByteArray(), 1 << 16);
        assertThat(status.object("running").text("release")).isEqualTo("1.1");
        assertThat(status.text("stage")).isEqualTo("committed");
    }

    @Test
    void a_rollback_works_without_a_running_agent() throws Exception {
        update();
        assertThat(evenkeelAgent("rollback")).as(err.toString(UTF_8)).isEqualTo(Main.OK);
        assertThat(out.toString(UTF_8))
                .isEqualTo(
                        "rollback granted: the device restarts into release 1.0 for slot a, on"
                                + " trial\n");
        assertThat(boot("green")).isEqualTo(Slot.A);
    }

    @Test
    void a_rollback_that_cannot_be_is_denied() throws Exception {
        boot("green");
        assertThat(evenkeelAgent("rollback")).isEqualTo(Main.FAILED);
        assertThat(out.toString(UTF_8))
                .isEqualTo("rollback denied: slot b holds no complete committed release\n");
    }

    @Test
    void status_before_anything_happened_says_so() throws Exception {
        boot("green");
        assertThat(evenkeelAgent("status")).isEqualTo(Main.OK);
        assertThat(out.toString(UTF_8))
                .contains("Release  1.0 in slot a")
                .contains("Last     no update yet")
                .contains("Server   the agent does not run")
                .contains("Device   not enrolled");
    }

    @Test
    void a_second_agent_does_not_start_beside_the_first() throws Exception {
        boot("green");
        HostDevice folder = HostDevice.folder(device);
        try (var _ = folder.lock().orElseThrow()) {
            ProcessBuilder second = launch("run");
            Process process = second.redirectErrorStream(true).start();
            String said = new String(process.getInputStream().readAllBytes(), UTF_8);
            assertThat(process.waitFor()).isEqualTo(Main.FAILED);
            assertThat(said).contains("another agent runs on this device");
        }
    }

    @Test
    void wrong_words_are_refused_with_a_hint() {
        assertThat(evenkeelAgent("runn")).isEqualTo(Main.WRONG_USE);
        assertThat(err.toString(UTF_8)).contains("no command or option 'runn'").contains("help");
        assertThat(evenkeelAgent("run", "--json")).isEqualTo(Main.WRONG_USE);
        assertThat(evenkeelAgent("help")).isEqualTo(Main.OK);
        assertThat(out.toString(UTF_8)).contains("evenkeel-agent rollback");
    }

    @Test
    void a_folder_that_is_no_device_is_a_clear_error() throws Exception {
        Files.writeString(device.resolve("cmdline"), "quiet");
        Files.writeString(device.resolve("boot_id"), new UUID(7, 1).toString());
        assertThat(evenkeelAgent("run")).isEqualTo(Main.FAILED);
        assertThat(err.toString(UTF_8)).contains("was not booted by Evenkeel's boot script");
    }

    private ProcessBuilder launch(String command) {
        String modules = System.getProperty("jdk.module.path", "");
        String classes = System.getProperty("java.class.path", "");
        return new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                modules + java.io.File.pathSeparator + classes,
                "dev.evenkeel.agent.Main",
                command,
                "--device-folder",
                device.toString());
    }
}
