// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.testkit.prove;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/// One fault at every call of the disk and at every message of the network, and one place of the
/// medium that rots, in an enrolment, an update and a fallback.
class FaultTest {
    @TempDir static Path folder;

    @TestFactory
    Stream<DynamicTest> no_single_fault_of_disk_or_network_breaks_a_promise() throws IOException {
        World world = World.build(Samples.KIOSK, folder);
        return Scenarios.of(world).stream()
                .filter(one -> Set.of("enrolment", "update", "dead-release").contains(one.name()))
                .map(one -> DynamicTest.dynamicTest(one.words(), () -> prove(world, one)));
    }

    private static void prove(World world, Scenario scenario) {
        var tally = new Tally(new LongSet());
        var explorer = new Explorer(world, scenario, Sabotage.NONE, tally, () -> false);
        explorer.settle(0);
        explorer.fault();
        explorer.settle(1);
        explorer.requireRest();
        assertThat(tally.failures()).isEmpty();
        assertThat(tally.faults.sum()).isGreaterThan(400);
    }
}
