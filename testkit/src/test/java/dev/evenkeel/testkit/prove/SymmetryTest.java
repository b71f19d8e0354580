// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.testkit.prove;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.boot.Region;
import dev.evenkeel.testkit.Medium;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What makes states equal, and what must not.
class SymmetryTest {
    @TempDir Path folder;
    private World world;
    private MachineState rested;

    @BeforeEach
    void a_device_at_rest() throws IOException {
        world = World.build(Samples.KIOSK, folder);
        rested = Samples.scenario(world, "update").start();
    }

    /// One more boot of a device that has nothing to do.
    private MachineState booted(MachineState state) {
        var idle =
                new Scenario(
                        "idle",
                        "",
                        state,
                        World.GOOD,
                        "",
                        new Scenario.Ending(World.GOOD, ""),
                        java.util.Set.of());
        var log =
                new dev.evenkeel.agent.Log(
                        new java.io.PrintStream(java.io.OutputStream.nullOutputStream()));
        var outcome = new PowerOn(world, idle, state, Sabotage.NONE, Faults.NONE, log).run();
        assertThat(outcome.end()).isEqualTo(PowerOn.End.REST);
        return Symmetry.canonical(outcome.state(), false).with(Surroundings.NONE);
    }

    private Reading read(MachineState state) {
        return Reading.of(state, world, false);
    }

    @Test
    void boots_that_change_nothing_come_back_to_the_same_states() {
        MachineState state = booted(rested);
        var seen = new java.util.HashSet<Long>();
        for (int i = 0; i < 12; i++) {
            seen.add(read(state).meaning());
            state = booted(state);
        }
        // the boot record's sequence has three values, the older copies differ
        assertThat(seen).hasSizeLessThanOrEqualTo(3);
    }

    @Test
    void a_state_is_read_the_same_before_and_after_it_is_brought_into_its_form() {
        MachineState again = Symmetry.canonical(rested, false);
        assertThat(read(again).identity()).isEqualTo(read(rested).identity());
        assertThat(read(again).meaning()).isEqualTo(read(rested).meaning());
    }

    @Test
    void a_copy_that_was_read_before_is_read_as_by_the_partition_itself() {
        Medium medium = rested.medium(Partition.STATE);
        for (Region region : Region.values()) {
            for (int copy = 0; copy < 2; copy++) {
                byte[] page = medium.page(region.offset(copy) / Medium.PAGE_BYTES).clone();
                page[140] ^= 1;
                Medium rotten = medium.with(region.offset(copy), page);
                for (Medium one : new Medium[] {medium, rotten, medium}) {
                    assertThat(Copies.of(one, region))
                            .as("%s, copy %d", region, copy)
                            .usingRecursiveComparison()
                            .isEqualTo(Symmetry.partition(one).copies(region));
                }
            }
        }
    }

    @Test
    void a_missing_chunk_a_torn_record_and_another_user_s_data_are_other_states() {
        long meaning = read(rested).meaning();
        byte[] wrong = new byte[512];
        for (Partition partition :
                new Partition[] {
                    Partition.SLOT_A, Partition.BOOT_B, Partition.ENV_0, Partition.DATA
                }) {
            MachineState changed = rested.with(partition, rested.medium(partition).with(0, wrong));
            assertThat(read(changed).meaning()).as(partition.label()).isNotEqualTo(meaning);
            assertThat(read(changed).identity())
                    .as(partition.label())
                    .isNotEqualTo(read(rested).identity());
        }
    }
}
