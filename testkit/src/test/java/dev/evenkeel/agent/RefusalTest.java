// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.core.Compatible;
import dev.evenkeel.core.DataFormat;
import dev.evenkeel.core.DeviceType;
import dev.evenkeel.core.Digest;
import dev.evenkeel.core.FleetId;
import dev.evenkeel.core.IntRange;
import dev.evenkeel.core.Version;
import dev.evenkeel.core.message.Assignment;
import dev.evenkeel.core.message.BootReport;
import dev.evenkeel.core.message.BootReport.Outcome;
import dev.evenkeel.core.message.Stage;
import dev.evenkeel.testkit.BuiltRelease;
import dev.evenkeel.testkit.Field;
import dev.evenkeel.testkit.Repository;
import dev.evenkeel.testkit.SimulatedDevice;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Validly signed, and yet not for this device: refused before a byte is fetched, told, signed, and
/// not tried again.
class RefusalTest {
    private static final IntRange ALL = new IntRange(1, 9);
    private static final BuiltRelease.Terms GOOD = BuiltRelease.Terms.DEFAULT;

    @TempDir Path folder;
    private Field field;

    @BeforeEach
    void device_on_1_0() throws IOException {
        field = new Field(folder);
    }

    private void assertRefused(String reason) throws IOException {
        Agent agent = field.bootAndWork();
        assertThat(agent.stage().name()).isEqualTo(Stage.FAILED);
        BootReport report = field.server.reports.getLast();
        assertThat(report.outcome()).isEqualTo(Outcome.FAILED);
        assertThat(report.reason()).isEqualTo("refused: " + reason);
        assertThat(report.update().orElseThrow().rollout().orElseThrow().text()).isEqualTo("r-1");
        assertThat(field.server.downloaded).isZero();
        int reports = field.server.reports.size();
        field.work(Duration.ofMinutes(10));
        assertThat(field.server.outcomes().subList(reports, field.server.outcomes().size()))
                .as("not tried again")
                .doesNotContain(Outcome.FAILED);
    }

    private void publishAndAssign(BuiltRelease.Terms terms) throws IOException {
        field.server.assign("r-1", field.repository.publish("1.1", terms));
    }

    @Test
    void a_release_for_another_fleet() throws IOException {
        publishAndAssign(
                new BuiltRelease.Terms(
                        new FleetId("other"),
                        GOOD.compatible(),
                        GOOD.minimum(),
                        GOOD.dataFormat()));
        assertRefused("it is for fleet other, this device belongs to harbour");
    }

    @Test
    void a_release_for_another_device_type() throws IOException {
        publishAndAssign(
                new BuiltRelease.Terms(
                        GOOD.fleet(),
                        new Compatible(new DeviceType("rpi4"), ALL),
                        GOOD.minimum(),
                        GOOD.dataFormat()));
        assertRefused("it is for rpi4 revision 1..9, this device is qemu-x86 revision 1");
    }

    @Test
    void a_release_for_a_later_hardware_revision() throws IOException {
        publishAndAssign(
                new BuiltRelease.Terms(
                        GOOD.fleet(),
                        new Compatible(BuiltRelease.TYPE, new IntRange(2, 3)),
                        GOOD.minimum(),
                        GOOD.dataFormat()));
        assertRefused("it is for qemu-x86 revision 2..3, this device is qemu-x86 revision 1");
    }

    @Test
    void a_release_that_needs_a_stepping_stone() throws IOException {
        publishAndAssign(
                new BuiltRelease.Terms(
                        GOOD.fleet(),
                        GOOD.compatible(),
                        Optional.of(new Version("1.0.5")),
                        GOOD.dataFormat()));
        assertRefused(
                "it needs at least release 1.0.5, 1.0 runs here; install a stepping stone first");
    }

    @Test
    void a_release_that_cannot_read_the_data() throws IOException {
        publishAndAssign(
                new BuiltRelease.Terms(
                        GOOD.fleet(),
                        GOOD.compatible(),
                        GOOD.minimum(),
                        new DataFormat(new IntRange(2, 3), 3)));
        assertRefused("it reads data formats 2..3, the data here are in format 1");
    }

    @Test
    void a_downgrade() throws IOException {
        field.server.assign("r-1", field.repository.publish("0.9"));
        assertRefused("it is older than 1.0, which runs here; a downgrade is never installed");
    }

    @Test
    void an_image_larger_than_the_slot() throws IOException {
        BuiltRelease large =
                field.repository.publish(
                        BuiltRelease.build(
                                field.repository.builds().resolve("1.1"),
                                "1.1",
                                GOOD,
                                BuiltRelease.image("1.1", SimulatedDevice.PARTITION_BYTES + 4096),
                                BuiltRelease.image("1.1", BuiltRelease.BOOT_BYTES)));
        field.server.assign("r-1", large);
        assertRefused("its slot_image has 1052672 bytes, partition slot-b has 1048576");
    }

    @Test
    void a_manifest_that_the_server_made_up() throws IOException {
        BuiltRelease next = field.repository.publish("1.1");
        field.server.assign("r-1", next);
        Assignment real = field.server.assignment.orElseThrow();
        Digest invented = Digest.of(new byte[] {1});
        field.server.assignment =
                Optional.of(
                        new Assignment(
                                real.rollout(),
                                real.release(),
                                real.channel(),
                                real.target(),
                                invented));
        assertRefused(
                "the server assigned manifest "
                        + invented.brief()
                        + ", the signed metadata name "
                        + next.digest().brief());
    }

    @Test
    void a_target_that_nobody_signed_is_waited_for() throws IOException {
        BuiltRelease next = field.repository.publish("1.1");
        field.server.assign("r-1", next);
        field.repository.publisher.withdraw(Repository.target(next), Repository.NOW);
        Agent agent = field.bootAndWork();
        assertThat(agent.stage().name()).isEqualTo(Stage.IDLE);
        assertThat(field.server.checkIns.getLast().condition().lastError())
                .contains("the signed metadata name no");
    }

    @Test
    void a_refused_release_does_not_stop_the_next_one() throws IOException {
        field.server.assign("r-1", field.repository.publish("0.9"));
        field.bootAndWork();
        field.server.assign("r-2", field.repository.publish("1.1"));
        Agent agent = field.work(Duration.ofMinutes(2));
        assertThat(agent.stage().name()).isEqualTo(Stage.REBOOTING);
    }
}
