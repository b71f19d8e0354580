// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.testkit.prove;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A second cut during the recovery from the first: a share of all of them here, all of them in
/// `evenkeel prove`.
class TwoCutsTest {
    /// Recoveries of each story that are cut again, everywhere.
    private static final int RECOVERIES = 12;

    @TempDir Path folder;

    @Test
    void no_second_cut_breaks_a_promise() throws IOException {
        World world = World.build(Samples.KIOSK, folder);
        var failures = new ArrayList<Failure>();
        for (Scenario scenario : Scenarios.of(world)) {
            var tally = new Tally(new LongSet());
            var explorer = new Explorer(world, scenario, Sabotage.NONE, tally, () -> false);
            explorer.settle(0);
            explorer.cut(0, Integer.MAX_VALUE);
            explorer.settle(1);
            explorer.cut(1, RECOVERIES);
            explorer.settle(2);
            explorer.requireRest();
            failures.addAll(tally.failures());
        }
        assertThat(failures).isEmpty();
    }

    /// Three power dips on the way back from a failed trial, each before the agent could journal
    /// anything, lead into the failed slot again: it has to be a trial again, with its deadline.
    @Test
    void three_dips_after_a_failed_trial_do_not_end_in_the_failed_release() throws IOException {
        Replay.Seen seen = replayed("mute-release/restart/restart/restart/restart/2:1100/2:11/1:1");
        assertThat(seen.lines().stream().filter("POWER ON, slot a"::equals)).hasSize(6);
    }

    /// The success of an update waits to be sent while power dips lead back to the old release.
    @Test
    void a_success_that_was_undone_before_it_was_sent_is_not_told() throws IOException {
        Replay.Seen seen = replayed("update/restart/22:1/4:t/6:1/1:1");
        assertThat(seen.lines().getLast()).contains("at rest");
    }

    @Test
    void the_same_search_finds_the_same_states() throws IOException {
        World world = World.build(Samples.KIOSK, folder);
        Scenario update = Samples.scenario(world, "update");
        assertThat(counted(world, update)).isEqualTo(counted(world, update));
    }

    /// What a seed does, which breaks no promise.
    private Replay.Seen replayed(String seed) throws IOException {
        World world = World.build(Samples.KIOSK, folder);
        Replay.Seen seen = Replay.of(world, Scenarios.of(world), Sabotage.NONE, seed);
        assertThat(seen.broken()).as(String.join("\n", seen.lines())).isEmpty();
        return seen;
    }

    private static List<Long> counted(World world, Scenario scenario) {
        var tally = new Tally(new LongSet());
        var explorer = new Explorer(world, scenario, Sabotage.NONE, tally, () -> false);
        explorer.settle(0);
        explorer.cut(0, Integer.MAX_VALUE);
        explorer.settle(1);
        return List.of(
                tally.states.sum(), tally.explored.sum(), tally.cuts.sum(), tally.points.sum());
    }
}
