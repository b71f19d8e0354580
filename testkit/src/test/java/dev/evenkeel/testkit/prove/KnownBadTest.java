// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.testkit.prove;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/// The prover bites: each mistake that is built in on purpose breaks a promise, and the seed that
/// is printed shows it again.
class KnownBadTest {
    /// Mistakes that no other promise than these can notice.
    private static final Map<KnownBad, Promise> MEANT =
            Map.of(
                    KnownBad.ROOT_IN_ONE_PIECE, Promise.TRUST_FORWARD,
                    KnownBad.ROOT_BEFORE_REMOVAL, Promise.TRUST_FORWARD,
                    KnownBad.CERTIFICATE_NOT_STORED, Promise.ONE_CERTIFICATE,
                    KnownBad.SIGNED_TIME_LOWERED, Promise.TIME_FLOOR);

    @TempDir static Path folder;

    @TestFactory
    Stream<DynamicTest> is_caught_when() throws IOException {
        World world = World.build(Samples.KIOSK, folder);
        List<Scenario> scenarios = Scenarios.of(world);
        return Stream.of(KnownBad.values())
                .map(bad ->
                        DynamicTest.dynamicTest(bad.words(), () -> catches(world, scenarios, bad)));
    }

    private static void catches(World world, List<Scenario> scenarios, KnownBad bad) {
        Optional<Failure> found =
                scenarios.stream().flatMap(one -> first(world, one, bad).stream()).findFirst();
        assertThat(found).isPresent();
        Promise meant = MEANT.get(bad);
        if (meant != null) assertThat(found.get().promise()).isEqualTo(meant);
        Replay.Seen again = Replay.of(world, scenarios, bad, found.get().seed());
        assertThat(again.broken())
                .as(String.join("\n", again.lines()))
                .extracting(Broken::promise)
                .contains(found.get().promise());
    }

    private static Optional<Failure> first(World world, Scenario scenario, KnownBad bad) {
        var tally = new Tally(new LongSet());
        var explorer = new Explorer(world, scenario, bad, tally, () -> !tally.failures().isEmpty());
        explorer.settle(0);
        explorer.cut(0, Integer.MAX_VALUE);
        explorer.settle(1);
        explorer.requireRest();
        return tally.failures().stream().findFirst();
    }
}
