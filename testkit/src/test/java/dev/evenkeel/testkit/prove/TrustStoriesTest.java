// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.testkit.prove;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.agent.Log;
import dev.evenkeel.boot.Region;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Rotation, renewal and signed time happen in the stories that are named after them: without it
/// their promises would be kept by doing nothing.
class TrustStoriesTest {
    @TempDir static Path folder;
    private static World world;

    @BeforeAll
    static void build() throws IOException {
        world = World.build(Samples.KIOSK, folder);
    }

    @Test
    void rotation_begins_with_a_thiefs_time_and_ends_with_the_newest_root() throws IOException {
        Scenario rotation = Samples.scenario(world, "rotation");
        assertThat(signedTime(rotation.start())).isEqualTo(TrustHistory.STOLEN_TIME);
        MachineState end = rested(rotation);
        assertThat(TrustRecords.body(end, Region.TRUST_ROOT))
                .hasValueSatisfying(root -> assertThat(world.history.isNewestRoot(root)).isTrue());
        assertThat(signedTime(end)).isEqualTo(World.LATER);
    }

    @Test
    void signed_time_grows_in_its_story() throws IOException {
        Scenario told = Samples.scenario(world, "signed-time");
        assertThat(signedTime(told.start())).isEqualTo(World.NOW);
        assertThat(signedTime(rested(told))).isEqualTo(World.LATER);
    }

    @Test
    void renewal_happens_once_without_a_cut() throws IOException {
        assertThat(rested(Samples.scenario(world, "renewal")).around().count(PowerOn.RENEWED))
                .isEqualTo(1);
    }

    /// Found by rot in story *rotation*: the older copy of the region held the root before, and a
    /// device that rests asks nobody for roots.
    @Test
    void rot_in_the_newest_root_does_not_bring_the_one_before_back() throws IOException {
        Scenario rotation = Samples.scenario(world, "rotation");
        PowerOn.Outcome writing = powerOn(rotation, rotation.start(), Faults.NONE);
        MachineState trial = Symmetry.canonical(writing.state(), false);
        int places = Rot.records(trial).size();
        assertThat(places).isGreaterThan(15);
        for (int place = 0; place < places; place++) {
            Faults rotten = Faults.of(Rot.ROTTEN_RECORD, place);
            MachineState end = powerOn(rotation, trial, rotten).state();
            assertThat(TrustRecords.body(end, Region.TRUST_ROOT))
                    .as("seed rotation/restart/rotten_record@" + place)
                    .hasValueSatisfying(
                            root -> assertThat(world.history.isNewestRoot(root)).isTrue());
        }
    }

    private static PowerOn.Outcome powerOn(Scenario told, MachineState state, Faults faults) {
        var silent = new Log(new PrintStream(OutputStream.nullOutputStream()));
        return new PowerOn(world, told, state, Sabotage.NONE, faults, silent).run();
    }

    private static Instant signedTime(MachineState state) {
        return new TrustRecords().signedTime(state).orElseThrow();
    }

    private static MachineState rested(Scenario scenario) throws IOException {
        return Scenarios.rested(world, scenario);
    }
}
