// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.testkit.prove;

import dev.evenkeel.testkit.prove.Proof.Caught;
import dev.evenkeel.testkit.prove.Proof.Phase;
import dev.evenkeel.testkit.prove.Proof.Story;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// A proof in words, for a terminal.
public final class ProofText {
    private final Proof proof;
    private final List<String> lines = new ArrayList<>();

    private ProofText(Proof proof) {
        this.proof = proof;
    }

    public static List<String> of(Proof proof) {
        return new ProofText(proof).lines();
    }

    private List<String> lines() {
        Subject subject = proof.subject();
        lines.add(subject.name() + " for " + subject.compatible() + ": " + verdict(proof));
        lines.add("");
        add("distinct crash states", proof.states());
        add("  run to their rest", proof.explored());
        add("power cuts tried", proof.cuts());
        add("crash points", proof.points());
        add("  not with every subset", proof.sampledPoints());
        add("faults of disk and network", proof.faults());
        add("starts of the device", proof.powerOns());
        add("most boots until rest", proof.worstBoots());
        addSeconds("seconds", proof.took());
        addSeconds("processor seconds", proof.processor());
        lines.add("");
        for (Phase phase : proof.phases()) {
            String detail = phase.detail().isEmpty() ? "" : " (" + phase.detail() + ")";
            lines.add((phase.isComplete() ? "  all   " : "  part  ") + phase.words() + detail);
        }
        lines.add("");
        for (Story story : proof.stories()) {
            lines.add(
                    String.format(
                            Locale.ROOT,
                            "  %-17s %,10d states  %s",
                            story.name(),
                            story.states(),
                            story.words()));
        }
        lines.add("");
        for (Promise promise : Promise.values()) {
            String sign = proof.broken().contains(promise) ? "BROKEN" : "holds ";
            lines.add(
                    String.format(
                            Locale.ROOT, "  %s %-24s %s", sign, promise.label(), promise.words()));
        }
        knownBad();
        failures();
        return lines;
    }

    private void knownBad() {
        if (proof.knownBad().isEmpty()) return;
        lines.add("");
        lines.add(
                "  known-bad variants caught: "
                        + proof.caught()
                        + " of "
                        + proof.knownBad().size());
        for (Caught one : proof.knownBad()) {
            if (!one.isCaught()) lines.add("  NOT CAUGHT: " + one.words());
        }
    }

    private void failures() {
        if (proof.failures().isEmpty()) return;
        lines.add("");
        lines.add("The shortest way to a broken promise:");
        lines.addAll(proof.trace());
        lines.add("");
        lines.add("Replay it with: evenkeel prove --replay " + proof.failures().getFirst().seed());
    }

    static String verdict(Proof proof) {
        if (!proof.failures().isEmpty()) {
            return proof.broken().size() + " of " + Promise.values().length + " promises BROKEN";
        }
        return proof.holds()
                ? "no promise was broken"
                : "no promise was broken, but not every known-bad variant was caught";
    }

    private void addSeconds(String what, Duration time) {
        lines.add(String.format(Locale.ROOT, "  %-28s %12.1f", what, time.toMillis() / 1e3));
    }

    private void add(String what, long count) {
        lines.add(String.format(Locale.ROOT, "  %-28s %,12d", what, count));
    }
}
