// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.testkit.prove;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// One fault at every call of the disk and at every message of the network, in an update.
class FaultTest {
    @TempDir Path folder;

    @Test
    void no_single_fault_of_disk_or_network_breaks_a_promise() throws IOException {
        World world = World.build(Samples.KIOSK, folder);
        Scenario update =
                Scenarios.of(world).stream()
                        .filter(one -> one.name().equals("update"))
                        .findFirst()
                        .orElseThrow();
        var tally = new Tally(new LongSet());
        var explorer = new Explorer(world, update, Sabotage.NONE, tally, () -> false);
        explorer.settle(0);
        explorer.fault();
        explorer.settle(1);
        explorer.requireRest();
        assertThat(tally.failures()).isEmpty();
        assertThat(tally.faults.sum()).isGreaterThan(500);
    }
}
