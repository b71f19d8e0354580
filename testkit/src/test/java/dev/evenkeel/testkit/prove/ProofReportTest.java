// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.testkit.prove;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.core.json.JsonObject;
import dev.evenkeel.testkit.prove.Proof.Caught;
import dev.evenkeel.testkit.prove.Proof.Phase;
import dev.evenkeel.testkit.prove.Proof.Story;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What people and machines are told of a proof.
class ProofReportTest {
    private static Proof proof(List<Failure> failures, boolean isCaught) {
        return new Proof(
                Samples.KIOSK,
                List.of(new Phase("One cut", true, ""), new Phase("Three cuts", false, "5 of 9")),
                List.of(new Story("update", "an <update>", 1_234_567, 20, 30, 40, 5, 6, 7)),
                List.of(new Caught("NO_FLUSH", "no flush", isCaught ? "old-or-new" : "", "seed")),
                failures,
                failures.isEmpty() ? List.of() : List.of("POWER ON, slot a"),
                5,
                Duration.ofSeconds(61),
                Duration.ofSeconds(118));
    }

    private static Failure failure(String seed, int cuts) {
        return new Failure(Promise.OLD_OR_NEW, "nothing boots", seed, cuts);
    }

    @Test
    void a_machine_finds_the_counts_and_an_empty_list_when_all_holds() {
        JsonObject json = ProofJson.of(proof(List.of(), true));
        assertThat(json.size("states")).isEqualTo(1_234_567);
        assertThat(json.size("cuts")).isEqualTo(30);
        assertThat(json.array("broken").items()).isEmpty();
        assertThat(json.size("known_bad")).isEqualTo(1);
        assertThat(json.size("known_bad_caught")).isEqualTo(1);
        assertThat(json.size("seconds")).isEqualTo(61);
        assertThat(json.size("cpu_seconds")).isEqualTo(118);
    }

    @Test
    void a_broken_promise_is_named_and_its_shortest_way_comes_first() {
        Proof proof = proof(List.of(failure("update/1:0/2:1", 2), failure("update/9:1", 1)), true);
        assertThat(proof.holds()).isFalse();
        assertThat(proof.failures().getFirst().seed()).isEqualTo("update/9:1");
        assertThat(ProofText.of(proof))
                .contains("POWER ON, slot a", "Replay it with: evenkeel prove --replay update/9:1")
                .anyMatch(line -> line.contains("BROKEN old-or-new"));
        assertThat(ProofJson.of(proof).array("broken").items()).hasSize(1);
    }

    @Test
    void a_mistake_that_was_not_caught_is_told_though_nothing_broke() {
        Proof proof = proof(List.of(), false);
        assertThat(proof.holds()).isFalse();
        assertThat(ProofText.of(proof)).contains("  NOT CAUGHT: no flush");
    }

    @Test
    void the_page_needs_nothing_else_and_escapes_what_it_shows() {
        String page = ProofHtml.of(proof(List.of(), true), "2026-11-21", "evenkeel 1");
        assertThat(page)
                .contains("No promise was broken", "1,234,567", "an &lt;update&gt;", "sampled")
                .doesNotContain("<script", "src=", "http://", "https://", "an <update>");
    }
}
