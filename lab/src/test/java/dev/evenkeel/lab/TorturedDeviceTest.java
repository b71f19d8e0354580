// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.boot.BootRecord;
import dev.evenkeel.boot.BootRecords;
import dev.evenkeel.boot.DiskSlice;
import dev.evenkeel.boot.Region;
import dev.evenkeel.boot.StatePartition;
import dev.evenkeel.core.Slot;
import dev.evenkeel.core.Version;
import dev.evenkeel.core.json.JsonArray;
import dev.evenkeel.core.json.JsonObject;
import dev.evenkeel.core.message.Provisioning;
import dev.evenkeel.core.message.Running;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Who tortures must notice: devices that misbehave in every way that a torture looks for.
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class TorturedDeviceTest {
    private static final Version OLD = new Version("1.0");
    private static final Version NEW = new Version("1.1");
    private static final CutPlan IN_PEACE = new CutPlan(1, List.of());
    private static final CutPlan ONE_CUT =
            new CutPlan(1, List.of(new CutPlan.Cut(new CutPoint("state", 1), 5)));

    @TempDir Path folder;

    private final QemuCommand programs = new HostQemu();
    private final Duration patience = Duration.ofSeconds(3);
    private FakeDevice device;
    private String state = "succeeded";
    private Version runs = NEW;
    private long served = 1_000;
    private Step whenAsked = () -> {};

    @FunctionalInterface
    private interface Step {
        void run() throws IOException;
    }

    @BeforeEach
    void make() throws IOException {
        Path image = FactoryDisk.make(folder);
        new Witness(programs).put(image);
        device = new FakeDevice(VolatileDisk.open(image));
    }

    @AfterEach
    void close() throws IOException {
        device.close();
    }

    /// Enrols, flushes and settles its boot record as soon as it is on, unless told otherwise.
    private final class FakeDevice implements DeviceUnderTest {
        final VolatileDisk disk;
        final SerialLog serial;
        final List<MachineEvent> events = new ArrayList<>();
        String id = "dev-1";
        Slot boots = Slot.B;
        long flushes = 1;

        FakeDevice(VolatileDisk disk) throws IOException {
            this.disk = disk;
            serial = new SerialLog(folder.resolve("serial.log"), _ -> {});
        }

        @Override
        public void powerOn() throws IOException {
            disk.powerOn();
            events.add(new MachineEvent.PoweredOn(1, 0));
            try {
                runAWhile();
            } catch (PowerIsOff cut) {
                serial.note("off");
            }
        }

        private void runAWhile() throws IOException {
            try (DiskSlice state = DiskSlice.partition(disk, "state");
                    DiskSlice first = DiskSlice.partition(disk, "env-0");
                    DiskSlice second = DiskSlice.partition(disk, "env-1")) {
                var identity =
                        JsonObject.of("name", "urn:evenkeel:default:device:" + id).toString();
                new StatePartition(state)
                        .write(Region.IDENTITY, identity.getBytes(StandardCharsets.UTF_8));
                new BootRecords(first, second).store(BootRecord.DEFAULT.commit(boots, 3, true));
            }
        }

        @Override
        public PowerCut cutPower(long seed) throws IOException {
            return disk.cutUnlessOff(seed);
        }

        @Override
        public boolean isOn() {
            return disk.isPowered();
        }

        @Override
        public long kernelFlushes() {
            return flushes;
        }

        @Override
        public void requireSound() {}

        @Override
        public VolatileDisk disk() {
            return disk;
        }

        @Override
        public SerialLog serial() {
            return serial;
        }

        @Override
        public List<MachineEvent> events() {
            return events;
        }

        @Override
        public double cpuSeconds() {
            return 0;
        }

        @Override
        public void close() throws IOException {
            disk.close();
            serial.close();
        }
    }

    private final class FakeServer implements TortureServer {
        @Override
        public Provisioning provisioning() {
            throw new UnsupportedOperationException("the device is made already");
        }

        @Override
        public Optional<JsonObject> device(String id) throws IOException {
            whenAsked.run();
            var running =
                    new Running(runs.equals(NEW) ? Slot.B : Slot.A, runs, Optional.empty(), false);
            JsonObject update =
                    JsonObject.of("release", NEW.text())
                            .with("state", state)
                            .with("reason", "")
                            .with("evidence", "signed")
                            .with("done_bytes", 0)
                            .with("total_bytes", 0);
            return Optional.of(
                    JsonObject.of("device", id)
                            .with("state", state)
                            .with("online", true)
                            .with("payload_bytes_served", served)
                            .with("running", running.toJson())
                            .with("updates", new JsonArray(List.of(update))));
        }
    }

    private final class FakeLane implements TortureLane {
        @Override
        public String name() {
            return "fake";
        }

        @Override
        public DeviceUnderTest newDevice(Path folder, Provisioning provisioning) {
            return device;
        }

        @Override
        public int devices() {
            return 1;
        }

        @Override
        public Duration patience() {
            return patience;
        }
    }

    private TortureResult torture(CutPlan plan) throws IOException {
        var options = new TortureOptions(1, 1, OLD, NEW, 1_000, folder, programs, false, _ -> {});
        return new TorturedDevice(device, new FakeServer(), options, new FakeLane(), plan).run();
    }

    private void bricks(CutPlan plan, String why) throws IOException {
        TortureResult result = torture(plan);
        assertThat(result.isBrick()).as(result.toString()).isTrue();
        assertThat(result.why()).contains(why);
    }

    @Test
    void a_device_that_commits_after_its_cuts_has_passed() throws IOException {
        TortureResult result = torture(ONE_CUT);
        assertThat(result.outcome()).isEqualTo(TortureResult.Outcome.COMMITTED);
        assertThat(result.cuts()).hasSize(1);
        assertThat(result.why()).isEqualTo("signed");
    }

    @Test
    void a_device_that_never_comes_to_rest_is_a_brick() throws IOException {
        state = "writing";
        bricks(IN_PEACE, "has not come to rest");
    }

    @Test
    void power_cuts_are_no_reason_to_give_an_update_up() throws IOException {
        state = "failed";
        bricks(ONE_CUT, "power cuts made the update fail");
    }

    @Test
    void a_fallback_that_the_cuts_do_not_explain_is_a_brick() throws IOException {
        state = "rolled_back";
        runs = OLD;
        device.boots = Slot.A;
        bricks(ONE_CUT, "rolled back after 0 cuts in its trial");
    }

    @Test
    void a_device_that_runs_what_its_boot_record_does_not_say_is_a_brick() throws IOException {
        device.boots = Slot.A;
        bricks(IN_PEACE, "the boot record says");
    }

    @Test
    void bytes_that_were_served_again_without_a_cut_are_a_brick() throws IOException {
        served = 1_001;
        bricks(IN_PEACE, "the server sent 1001 bytes for an update of 1000");
    }

    @Test
    void a_changed_file_of_the_user_is_a_brick() throws IOException {
        try (DiskSlice data = DiskSlice.partition(device.disk, "data")) {
            data.write(0, ByteBuffer.wrap(new byte[12 << 20]));
            data.flush();
        }
        bricks(IN_PEACE, "the data partition");
    }

    @Test
    void a_device_that_becomes_another_one_is_a_brick() throws IOException {
        state = "writing";
        whenAsked =
                () -> {
                    device.id = "dev-2";
                    device.powerOn();
                };
        bricks(
                new CutPlan(1, List.of(new CutPlan.Cut(new CutPoint("env-0", 2), 5))),
                "the device was dev-1");
    }

    @Test
    void a_machine_whose_flushes_never_arrive_proves_nothing() {
        device.flushes = 0;
        assertThatThrownBy(() -> torture(IN_PEACE))
                .isInstanceOf(LabFailure.class)
                .hasMessageContaining("no flush");
    }
}
