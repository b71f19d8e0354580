// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.core.BootId;
import dev.evenkeel.core.MalformedInput;
import dev.evenkeel.core.Slot;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunningKernelTest {
    private static final String ID = "4f1f7c7e-8d53-4a9a-b6c0-2a3c1a4b5d6e";

    @TempDir Path folder;
    private FakeRoot root;
    private RunningKernel kernel;

    @BeforeEach
    void layOut() {
        root = new FakeRoot(folder);
        kernel = new RunningKernel(folder);
    }

    @Test
    void knows_the_boot_by_its_id() throws IOException {
        root.file("proc/sys/kernel/random/boot_id", ID + "\n");
        assertThat(kernel.bootId()).isEqualTo(new BootId(ID));
    }

    @Test
    void knows_how_long_it_runs() throws IOException {
        root.file("proc/uptime", "350735.47 234388.90\n");
        assertThat(kernel.uptime()).isEqualTo(Duration.ofMillis(350_735_470));
        root.file("proc/uptime", "soon 1\n");
        assertThatThrownBy(kernel::uptime).isInstanceOf(MalformedInput.class);
    }

    @Test
    void reads_this_machine() throws IOException {
        var real = new RunningKernel(Path.of("/"));
        assertThat(real.bootId()).isEqualTo(real.bootId());
        assertThat(real.uptime()).isPositive();
        assertThat(real.commandLine().values()).isNotNull();
    }

    @Test
    void knows_what_the_boot_script_said() throws IOException {
        root.file(
                "proc/cmdline",
                "evenkeel.slot=b evenkeel.trial=1 evenkeel.left=2 evenkeel.copies=01"
                        + " evenkeel.fallback=0 evenkeel.verity_salt= console=ttyS0 quiet\n");
        KernelCommandLine line = kernel.commandLine();
        assertThat(line.slot()).contains(Slot.B);
        assertThat(line.isTrial()).isTrue();
        assertThat(line.left()).isEqualTo(2);
        assertThat(line.isFallback()).isFalse();
        assertThat(line.value("copies")).contains("01");
        assertThat(line.value("verity_salt")).contains("");
        assertThat(line.values()).doesNotContainKey("console");
    }

    @Test
    void a_slot_cannot_say_otherwise_than_the_boot_script() {
        var line = KernelCommandLine.parse("evenkeel.slot=a quiet evenkeel.slot=b");
        assertThat(line.slot()).contains(Slot.A);
    }

    @Test
    void a_machine_that_was_booted_otherwise_has_no_slot() {
        KernelCommandLine line = KernelCommandLine.parse("root=/dev/sda1 ro\n");
        assertThat(line.slot()).isEmpty();
        assertThat(line.isTrial()).isFalse();
        assertThat(line.left()).isZero();
    }

    @Test
    void the_clock_is_synced_once_timesyncd_says_so() throws IOException {
        var clock = new ClockState(folder);
        assertThat(clock.isSynced()).isFalse();
        root.file("run/systemd/timesync/synchronized", "");
        assertThat(clock.isSynced()).isTrue();
    }

    @Test
    void the_use_of_a_filesystem_lies_within_its_size() throws IOException {
        OverlayUse use = OverlayUse.of(folder);
        assertThat(use.sizeBytes()).isPositive();
        assertThat(use.usedBytes()).isBetween(0L, use.sizeBytes());
    }

    @Test
    void a_file_without_end_is_not_read_to_its_end() throws IOException {
        root.file("proc/uptime", "1".repeat(100_000));
        assertThatThrownBy(kernel::uptime).isInstanceOf(IOException.class);
    }
}
