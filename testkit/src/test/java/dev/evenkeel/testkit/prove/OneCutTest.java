// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.testkit.prove;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/// Each story, with the power cut once at every instant and everything that a cut may leave.
class OneCutTest {
    @TempDir static Path folder;

    @TestFactory
    List<DynamicTest> no_single_cut_breaks_a_promise() throws IOException {
        World world = World.build(Samples.KIOSK, folder);
        return Scenarios.of(world).stream()
                .map(scenario ->
                        DynamicTest.dynamicTest(scenario.words(), () -> prove(world, scenario)))
                .toList();
    }

    /// Without this the story could prove chunks, and nobody would notice.
    @Test
    void the_story_of_the_delta_is_about_one() throws IOException {
        World world = World.build(Samples.KIOSK, folder.resolve("delta"));
        Replay.Seen seen = Replay.of(world, Scenarios.of(world), Sabotage.NONE, "delta/restart");
        assertThat(String.join("\n", seen.lines()))
                .containsPattern("slot_image: .* make 6 chunks .* of a delta")
                .containsPattern("boot_image: .* make 3 chunks .* of a delta");
    }

    private static void prove(World world, Scenario scenario) {
        var tally = new Tally(new LongSet());
        var explorer = new Explorer(world, scenario, Sabotage.NONE, tally, () -> false);
        explorer.settle(0);
        explorer.cut(0, Integer.MAX_VALUE);
        explorer.settle(1);
        explorer.requireRest();
        assertThat(tally.failures()).isEmpty();
        // an enrolment and a way back are short stories
        assertThat(tally.states.sum()).isGreaterThan(100);
    }
}
