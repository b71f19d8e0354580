// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.server.fault;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Twenty rounds, or as many as `-Dfault.rounds` says, from the seed that `-Dfault.seed` says.
class FaultTest {
    @TempDir Path folder;

    @Test
    void a_server_that_dies_under_load_keeps_what_it_acknowledged_and_no_half_of_the_rest()
            throws Exception {
        long seed = Long.getLong("fault.seed", new Random().nextInt(1_000_000));
        int rounds = Integer.getInteger("fault.rounds", 20);
        PrintStream out = System.out;
        out.println("seed " + seed + ", " + rounds + " rounds (-Dfault.seed, -Dfault.rounds)");
        try (var run = new FaultRun(folder, seed, 12 + rounds / 20, out)) {
            run.run(rounds);
            assertThat(run.ledger().violations).as("seed %d", seed).isEmpty();
        }
    }
}
