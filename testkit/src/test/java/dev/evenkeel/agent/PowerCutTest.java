// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.core.Slot;
import dev.evenkeel.core.message.BootReport.Outcome;
import dev.evenkeel.testkit.BuiltRelease;
import dev.evenkeel.testkit.Field;
import dev.evenkeel.testkit.PowerSupply;
import dev.evenkeel.testkit.Repository;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.LongStream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/// Promise 1 for the agent: the power goes at every single write and flush of a whole update, from
/// the first start to the commit, and the device always comes up and ends on the new release.
class PowerCutTest {
    private static final Duration LONG = Duration.ofMinutes(5);
    private static final int MOST_CHUNK_BYTES = 256 << 10;

    @TempDir Path folder;

    /// Runs an update with one cut; says how many operations it took in all.
    private static Field update(Repository repository, BuiltRelease next, long cutAt, long seed)
            throws IOException {
        var field = new Field(repository, repository.releases.getFirst(), seed);
        field.server.assign("r-1", next);
        field.device.power.cutAt(cutAt);
        for (int boots = 0; boots < 12; boots++) {
            try {
                field.device.boot();
                field.device.healthy();
                Agent agent = field.work(LONG);
                if (!agent.hasEnded()) return field;
            } catch (PowerSupply.PowerCut cut) {
                assertOldOrNew(field);
            }
        }
        throw new AssertionError("cut at " + cutAt + ": never at rest\n" + field.logText());
    }

    private static void assertOldOrNew(Field field) {
        field.device.power.back();
        Slot first = field.device.bootRecords().load().record().first();
        assertThat(field.device.release(first))
                .as("the slot that boots next is complete")
                .isPresent();
        assertThat(field.device.release(Slot.A)).as("the running slot").contains(field.factory);
    }

    @Test
    void a_cut_at_every_write_and_flush_ends_on_the_new_release() throws IOException {
        var repository = new Repository(folder);
        repository.publish("1.0");
        BuiltRelease next = repository.publish("1.1");
        long all = update(repository, next, Long.MAX_VALUE, 1).device.power.operations();
        assertThat(all).isGreaterThan(60);
        for (long cutAt = 1; cutAt <= all; cutAt++) {
            Field field = update(repository, next, cutAt, cutAt);
            assertThat(field.device.release(Slot.B)).as("cut at %d", cutAt).contains(next);
            assertThat(field.server.outcomes()).as("cut at %d", cutAt).contains(Outcome.COMMITTED);
            assertThat(field.device.bootRecords().load().record().first())
                    .as("cut at %d", cutAt)
                    .isEqualTo(Slot.B);
            assertFetchedOnce(field, cutAt);
        }
    }

    /// What was flushed is never fetched again; what was not may be, once.
    private static void assertFetchedOnce(Field field, long cutAt) {
        assertThat(field.server.mostTimes()).as("cut at %d", cutAt).isBetween(1, 2);
        assertThat(field.server.downloaded)
                .as("cut at %d: bytes fetched", cutAt)
                .isLessThanOrEqualTo(
                        field.server.distinctBytes() + Field.FLUSH_BYTES + MOST_CHUNK_BYTES);
    }

    @TestFactory
    java.util.stream.Stream<DynamicTest> cuts_upon_cuts_only_cost_time() throws IOException {
        var repository = new Repository(folder);
        repository.publish("1.0");
        BuiltRelease next = repository.publish("1.1");
        return LongStream.rangeClosed(1, 12)
                .mapToObj(seed ->
                        DynamicTest.dynamicTest(
                                "seed " + seed, () -> storm(repository, next, seed)));
    }

    /// Cuts every few operations, often enough that some of them hit the same step again.
    private static void storm(Repository repository, BuiltRelease next, long seed)
            throws IOException {
        var field = new Field(repository, repository.releases.getFirst(), seed);
        field.server.assign("r-1", next);
        var random = new java.util.Random(seed);
        for (int boots = 0; boots < 200; boots++) {
            try {
                field.device.boot();
                field.device.healthy();
                field.device.power.cutAt(field.device.power.operations() + 6 + random.nextInt(25));
                field.work(LONG);
            } catch (PowerSupply.PowerCut cut) {
                assertOldOrNew(field);
            }
            // three cuts in a row in a trial are a fallback: told, and not tried again
            boolean isSettled =
                    field.server.outcomes().contains(Outcome.COMMITTED)
                            || field.server.outcomes().contains(Outcome.ROLLED_BACK);
            if (isSettled) break;
        }
        assertThat(field.server.outcomes())
                .as(field.logText())
                .containsAnyOf(Outcome.COMMITTED, Outcome.ROLLED_BACK);
        assertThat(field.device.boot().slot()).isNotNull();
    }

    @Test
    void a_cut_while_a_failed_trial_is_written_down_loses_only_words() throws IOException {
        var repository = new Repository(folder);
        repository.publish("1.0");
        BuiltRelease next = repository.publish("1.1");
        for (long cutAt = 1; cutAt <= 12; cutAt++) {
            var field = new Field(repository, repository.releases.getFirst(), cutAt);
            field.server.assign("r-1", next);
            field.bootAndWork();
            field.device.boot();
            field.device.unhealthy("50-app.sh", "broken");
            field.device.power.cutAt(field.device.power.operations() + cutAt);
            try {
                field.work(LONG);
            } catch (PowerSupply.PowerCut cut) {
                assertOldOrNew(field);
            }
            for (int boots = 0; boots < 4; boots++) {
                boolean isBack = field.device.boot().slot() == Slot.A;
                if (isBack) field.device.healthy();
                else field.device.unhealthy("50-app.sh", "broken");
                field.work(LONG);
                if (isBack) break;
            }
            assertThat(field.server.outcomes()).as("cut %d", cutAt).contains(Outcome.ROLLED_BACK);
            assertThat(field.server.reports.getLast().reason()).startsWith("required check 50-app");
        }
    }
}
