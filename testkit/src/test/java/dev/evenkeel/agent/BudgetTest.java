// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.content.ContentFault;
import dev.evenkeel.core.Slot;
import dev.evenkeel.core.message.BootReport.Outcome;
import dev.evenkeel.core.message.DownloadPlan;
import dev.evenkeel.core.message.FetchBudget;
import dev.evenkeel.core.message.FetchBudget.Beyond;
import dev.evenkeel.core.message.FetchTerms;
import dev.evenkeel.core.message.Stage;
import dev.evenkeel.core.message.UpdateProgress;
import dev.evenkeel.testkit.BuiltRelease;
import dev.evenkeel.testkit.Field;
import dev.evenkeel.testkit.Repository;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// No update fetches more than it may, and none says nothing about it.
class BudgetTest {
    private static final Duration LONG = Duration.ofMinutes(30);

    /// Far more than the delta has, far less than the chunks.
    private static final long BYTES = 100_000;

    @TempDir Path folder;
    private Repository repository;
    private BuiltRelease old;
    private BuiltRelease next;
    private Field field;

    @BeforeEach
    void two_releases_without_deltas() throws IOException {
        repository = new Repository(folder);
        old = repository.publish(release("1.0"));
        next = repository.publish(release("1.1"));
        field = new Field(repository, old, 1);
    }

    /// A byte of each 16 KiB is its own: by chunks everything is fetched.
    private BuiltRelease release(String version) throws IOException {
        return BuiltRelease.build(
                repository.builds().resolve(version),
                version,
                BuiltRelease.Terms.DEFAULT,
                image(version, 800_000),
                image(version, 100_000));
    }

    private static byte[] image(String version, int sizeBytes) {
        var bytes = new byte[sizeBytes];
        new SplittableRandom(sizeBytes).nextBytes(bytes);
        var random = new SplittableRandom(version.hashCode());
        for (int at = 0; at < sizeBytes; at += 16 << 10) bytes[at] = (byte) random.nextInt();
        return bytes;
    }

    private static FetchTerms terms(Beyond beyond) {
        return new FetchTerms(List.of(new FetchBudget("group lte", BYTES, beyond)), 0);
    }

    private UpdateProgress told() {
        return field.server.checkIns.getLast().update().orElseThrow();
    }

    @Test
    void refuse_fails_the_update_before_its_first_byte() throws IOException {
        field.server.assign("r-1", next, terms(Beyond.REFUSE));
        field.bootAndWork();
        assertThat(field.server.outcomes()).contains(Outcome.FAILED);
        assertThat(field.server.reports.getLast().reason())
                .contains("full download of 90")
                .contains("because no delta: none is offered from image")
                .endsWith("the budget of group lte is 100000 bytes: refused");
        assertThat(field.server.downloaded).isZero();
    }

    @Test
    void wait_waits_until_a_delta_is_there() throws IOException {
        field.server.assign("r-1", next, terms(Beyond.WAIT));
        field.bootAndWork();
        assertThat(told().stage()).isEqualTo(Stage.PLANNED);
        assertThat(told().plan().orElseThrow().decision()).isEqualTo(DownloadPlan.Decision.WAIT);
        assertThat(told().message()).contains("waits for a cheaper way");
        assertThat(field.server.downloaded).isZero();

        repository.publishDeltas(old, next);
        field.work(LONG);
        assertThat(field.device.release(Slot.B)).as(field.logText()).contains(next);
        assertThat(field.server.downloaded).isLessThan(BYTES);
    }

    @Test
    void ask_waits_until_somebody_allows_it_and_no_longer() throws IOException {
        field.server.assign("r-1", next, terms(Beyond.ASK));
        field.bootAndWork();
        DownloadPlan asked = told().plan().orElseThrow();
        assertThat(asked.decision()).isEqualTo(DownloadPlan.Decision.ASK);
        assertThat(asked.way()).isEqualTo(DownloadPlan.Way.FULL);
        assertThat(asked.fetchBytes()).isGreaterThan(BYTES);
        assertThat(field.server.downloaded).isZero();

        field.server.assign(
                "r-1", next, new FetchTerms(terms(Beyond.ASK).budgets(), asked.fetchBytes()));
        // the next check-in is at most 30 seconds away, give or take a fifth
        field.work(Duration.ofSeconds(45));
        assertThat(field.device.release(Slot.B)).as(field.logText()).contains(next);
    }

    @Test
    void allow_goes_on_and_tells() throws IOException {
        field.server.assign("r-1", next, terms(Beyond.ALLOW));
        field.bootAndWork();
        assertThat(field.device.release(Slot.B)).contains(next);
        assertThat(
                        field.server.checkIns.stream()
                                .map(checkIn -> checkIn.condition().lastError())
                                .toList())
                .anyMatch(
                        told -> told.endsWith("the budget of group lte is 100000 bytes: allowed"));
    }

    /// What was allowed for a delta that then is of no use does not pay for everything.
    @Test
    void a_delta_of_no_use_does_not_make_the_update_spend_more() throws IOException {
        repository.publishDeltas(old, next);
        field.server.assign("r-1", next, terms(Beyond.ASK));
        field.device.boot();
        field.device.healthy();
        field.device.disk("slot-a").rotUncached(1_000, 3);
        field.work(Duration.ofMinutes(2));
        assertThat(told().plan().orElseThrow().decision()).isEqualTo(DownloadPlan.Decision.ASK);
        assertThat(told().message()).contains("no delta: it was of no use");
        assertThat(field.server.downloaded).isLessThan(BYTES);
    }

    @Test
    void the_terms_survive_a_restart_without_a_server() throws IOException {
        field.server.assign("r-1", next, terms(Beyond.ASK));
        field.bootAndWork();
        field.server.fault = Optional.of(new IOException("no link"));
        field.bootAndWork();
        field.server.fault = Optional.empty();
        field.work(LONG);
        assertThat(told().plan().orElseThrow().decision()).isEqualTo(DownloadPlan.Decision.ASK);
        assertThat(field.server.downloaded).isZero();
    }

    @Test
    void an_update_that_waits_does_not_stand_in_the_way_of_another() throws IOException {
        field.server.assign("r-1", next, terms(Beyond.WAIT));
        Agent agent = field.bootAndWork();
        field.server.assign("r-2", repository.publish("1.2"));
        field.work(agent, LONG);
        assertThat(field.device.release(Slot.B).orElseThrow().manifest().version().text())
                .as(field.logText())
                .isEqualTo("1.2");
    }

    @Test
    void nor_does_one_whose_content_is_gone() throws IOException {
        field.server.assign("r-1", next);
        field.server.carrier =
                (path, bytes) -> {
                    if (path.startsWith("packs/")) throw new ContentFault.NotCarried(path);
                    return bytes;
                };
        Agent agent = field.bootAndWork();
        List<String> gone = List.copyOf(field.server.paths);
        field.server.carrier =
                (path, bytes) -> {
                    boolean isGone = path.startsWith("packs/") && gone.contains(path);
                    if (isGone) throw new ContentFault.NotCarried(path);
                    return bytes;
                };
        field.server.assign("r-2", repository.publish("1.2"));
        field.work(agent, LONG);
        assertThat(field.device.release(Slot.B).orElseThrow().manifest().version().text())
                .as(field.logText())
                .isEqualTo("1.2");
    }
}
