// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.agent;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.core.Downgrade;
import dev.evenkeel.core.Version;
import dev.evenkeel.core.VersionFloor;
import dev.evenkeel.core.message.AttackSeen;
import dev.evenkeel.core.message.Stage;
import dev.evenkeel.testkit.BuiltRelease;
import dev.evenkeel.testkit.Field;
import dev.evenkeel.testkit.Repository;
import dev.evenkeel.testkit.SimulatedServer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a device makes of attacks, of signed time, and of floors and leaves for versions.
class TrustStoryTest {
    @TempDir Path folder;
    private Field field;

    @BeforeEach
    void device_on_1_0() throws IOException {
        field = new Field(folder);
    }

    private Optional<AttackSeen> told() {
        return field.server.checkIns.getLast().condition().attack();
    }

    @Test
    void the_server_hears_which_attack_a_device_met_until_it_is_over() throws IOException {
        field.server.assign("r-1", field.repository.publish("1.1"));
        field.server.carrier =
                (path, bytes) -> {
                    if (!path.equals("metadata/timestamp.json")) return bytes;
                    return new String(bytes, UTF_8)
                            .replace("\"version\":", "\"version\":9")
                            .getBytes(UTF_8);
                };
        Agent agent = field.bootAndWork();
        assertThat(agent.stage().name()).isEqualTo(Stage.IDLE);
        assertThat(told().orElseThrow().name()).isEqualTo("arbitrary-installation");
        assertThat(told().orElseThrow().subject()).isEqualTo("timestamp");
        assertThat(told().orElseThrow().facts()).containsEntry("found", "0");

        field.server.carrier = (_, bytes) -> bytes;
        agent = field.work(Duration.ofMinutes(30));
        assertThat(agent.stage().name()).isEqualTo(Stage.REBOOTING);
        assertThat(told()).isEmpty();
    }

    @Test
    void freeze_is_seen_by_a_device_without_a_clock_when_the_server_signs_the_time()
            throws IOException {
        field.server.signedTime = Optional.of(Repository.NOW.plus(Duration.ofDays(400)));
        field.server.assign("r-1", field.repository.publish("1.1"));
        Agent agent = field.bootAndWork();
        assertThat(agent.stage().name()).isEqualTo(Stage.IDLE);
        assertThat(told().orElseThrow().name()).isEqualTo("freeze");

        // expired metadata block a new install, never a boot
        agent = field.bootAndWork();
        assertThat(agent.stage().name()).isEqualTo(Stage.IDLE);
        assertThat(told().orElseThrow().name()).isEqualTo("freeze");
    }

    @Test
    void an_ordinary_signed_time_is_believed_and_kept() throws IOException {
        Instant time = Repository.NOW.plus(Duration.ofDays(1));
        field.server.signedTime = Optional.of(time);
        field.server.assign("r-1", field.repository.publish("1.1"));
        Agent agent = field.bootAndWork();
        assertThat(agent.stage().name()).isEqualTo(Stage.REBOOTING);
        field.server.signedTime = Optional.empty();
        field.bootAndWork();
        assertThat(field.server.checkIns.getLast().sent().at()).isAfterOrEqualTo(time);
    }

    @Test
    void a_downgrade_needs_a_leave_of_the_channels_role_for_this_device() throws IOException {
        BuiltRelease older = field.repository.publish("0.9");
        var leave =
                new Downgrade(
                        BuiltRelease.FLEET,
                        SimulatedServer.DEVICE,
                        new Version("0.9"),
                        older.digest(),
                        Repository.NOW.plus(Duration.ofDays(2)));
        field.repository.publisher.publish(
                Downgrade.target(Repository.CHANNEL, SimulatedServer.DEVICE),
                leave.toBytes(),
                Repository.NOW);
        field.server.assign("r-1", older);
        Agent agent = field.bootAndWork();
        assertThat(agent.stage().name()).isEqualTo(Stage.REBOOTING);
        assertThat(field.server.checkIns)
                .anySatisfy(checkIn ->
                        assertThat(checkIn.condition().lastError())
                                .contains("installs 0.9 over 1.0", "allows this device"));
    }

    @Test
    void rollback_below_a_channels_floor_is_refused_also_when_the_floor_is_gone()
            throws IOException {
        var floor = new VersionFloor(BuiltRelease.FLEET, BuiltRelease.TYPE, new Version("1.2"));
        String target = VersionFloor.target(Repository.CHANNEL, BuiltRelease.TYPE);
        field.repository.publisher.publish(target, floor.toBytes(), Repository.NOW);
        field.server.assign("r-1", field.repository.publish("1.1"));
        Agent agent = field.bootAndWork();
        assertThat(agent.stage().name()).isEqualTo(Stage.FAILED);
        assertThat(agent.stage().reason()).contains("below 1.2, the channel's signed floor");

        field.repository.publisher.withdraw(target, Repository.NOW);
        field.server.assign("r-2", field.repository.publish("1.1.5"));
        agent = field.work(Duration.ofMinutes(5));
        assertThat(agent.stage().name()).isEqualTo(Stage.FAILED);
        assertThat(agent.stage().reason()).contains("below 1.2");

        field.server.assign("r-3", field.repository.publish("1.2"));
        agent = field.work(Duration.ofMinutes(5));
        assertThat(agent.stage().name()).isEqualTo(Stage.REBOOTING);
    }
}
