// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.agent;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.boot.StatePartition;
import dev.evenkeel.core.BootId;
import dev.evenkeel.testkit.DiskWatch;
import dev.evenkeel.testkit.Medium;
import dev.evenkeel.testkit.SimulatedDisk;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import org.junit.jupiter.api.Test;

/// What the agent makes of a damaged state partition.
class MemoryTest {
    private static final BootId BOOT = new BootId("00000000-0000-0000-0000-000000000007");

    @Test
    void a_record_of_which_both_copies_are_lost_counts_as_absent_and_is_told() throws IOException {
        var disk =
                new SimulatedDisk(
                        "state",
                        Medium.blank(StatePartition.SIZE_BYTES),
                        SimulatedDisk.SECTOR_BYTES,
                        DiskWatch.NONE);
        var state = new StatePartition(disk);
        var out = new ByteArrayOutputStream();
        var memory = new Memory(state, new Log(new PrintStream(out, true, UTF_8)));
        memory.store(Journal.EMPTY.judgedIn(BOOT));
        assertThat(memory.journal().judged()).contains(BOOT);
        byte[] content = disk.content((int) StatePartition.SIZE_BYTES);
        for (int i = 256 << 10; i < 320 << 10; i++) content[i] ^= 0x55;
        disk.fill(content);
        assertThat(memory.journal()).isEqualTo(Journal.EMPTY);
        assertThat(out.toString(UTF_8)).contains("region JOURNAL is lost");
    }
}
