// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.core.message.Stage;
import dev.evenkeel.testkit.BuiltRelease;
import dev.evenkeel.testkit.Field;
import dev.evenkeel.testkit.Repository;
import dev.evenkeel.testkit.SimulatedDevice;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A rollout is halted while a device fetches: a second passes with every piece that comes.
class HaltTest {
    private static final int SLOT_BYTES = 3_000_000;
    private static final Duration SECOND = Duration.ofSeconds(1);

    @TempDir Path folder;

    @Test
    void after_a_halt_nothing_is_fetched_any_more_and_nothing_that_came_is_fetched_again()
            throws IOException {
        var repository = new Repository(folder);
        BuiltRelease old = repository.publish("1.0");
        BuiltRelease next =
                repository.publish(
                        BuiltRelease.build(
                                repository.builds().resolve("1.1"),
                                "1.1",
                                BuiltRelease.Terms.DEFAULT,
                                BuiltRelease.image("1.1", SLOT_BYTES),
                                BuiltRelease.image("1.1", BuiltRelease.BOOT_BYTES)));
        var field = new Field(repository, old, 1);
        var device = new SimulatedDevice(repository, old, 1, 2 * SLOT_BYTES);
        device.boot();
        device.healthy();
        field.server.assign("r-1", next);
        List<Duration> reads = new ArrayList<>();
        List<Duration> halted = new ArrayList<>();
        field.server.onRead =
                () -> {
                    field.clock.advance(SECOND);
                    reads.add(field.clock.elapsed());
                    if (reads.size() != 12) return;
                    field.server.assignment = Optional.empty();
                    halted.add(field.clock.elapsed());
                };
        var agent =
                new Agent(
                        device,
                        _ -> field.server,
                        field.clock,
                        new Random(1),
                        new Log(new PrintStream(field.log, true, StandardCharsets.UTF_8)),
                        Field.FLUSH_BYTES);
        field.work(agent, Duration.ofMinutes(10));

        assertThat(halted).as(field.logText()).hasSize(1);
        assertThat(reads.size()).as("the update was under way").isLessThan(30);
        assertThat(reads.getLast().minus(halted.getFirst()))
                .as("from the halt to the last byte: a check-in each five seconds, and a piece")
                .isLessThanOrEqualTo(Duration.ofSeconds(7));
        assertThat(agent.stage().name()).isEqualTo(Stage.IDLE);
        assertThat(field.logText()).contains("the server does not want this update any more");

        field.server.assign("r-1", next);
        field.work(agent, Duration.ofMinutes(10));
        assertThat(agent.stage().name()).as(field.logText()).isEqualTo(Stage.REBOOTING);
        assertThat(field.server.mostTimes()).isEqualTo(1);
    }
}
