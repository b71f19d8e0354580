// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.testkit.prove;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.evenkeel.core.HealthPolicy;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Function;

/// A proof as one page that needs nothing else: for a customer, a safety file, a printer.
public final class ProofHtml {
    private final Proof proof;
    private final StringBuilder page = new StringBuilder();

    private ProofHtml(Proof proof) {
        this.proof = proof;
    }

    /// The page.
    ///
    /// @param when the date of the proof, in words
    /// @param version of the product that proved itself
    public static String of(Proof proof, String when, String version) {
        return new ProofHtml(proof).page(when, version);
    }

    private String page(String when, String version) {
        String title = "Power-cut proof: " + proof.subject().name();
        line("<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">");
        line("<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">");
        line("<title>%s</title><style>%s</style></head><body><main>".formatted(text(title), css()));
        head(when, version);
        cards();
        promises();
        work();
        stories();
        knownBad();
        failures();
        method();
        line(
                ("<footer>Made by <code>evenkeel prove</code>, %s, on %s. The same blueprint and the"
                                + " same version give the same states.</footer>")
                        .formatted(text(version), text(when)));
        line("</main></body></html>");
        return page.toString();
    }

    private void head(String when, String version) {
        Subject subject = proof.subject();
        HealthPolicy health = subject.health();
        line("<header><div class=\"brand\">Evenkeel power-cut proof</div>");
        line("<h1>%s</h1>".formatted(text(subject.name())));
        line(
                ("<p class=\"soft\">Device type %s. Slots of %s, data partition of %s, sectors of %d"
                                + " bytes. A trial boot has %d attempts, must be healthy for %d s, and ends"
                                + " after %d s. %s, %s.</p>")
                        .formatted(
                                text(subject.compatible().deviceType().text()),
                                size(subject.slotBytes()),
                                size(subject.dataBytes()),
                                subject.sectorBytes(),
                                health.attempts(),
                                health.stableSeconds(),
                                health.deadlineSeconds(),
                                text(version),
                                text(when)));
        line(
                "<div class=\"verdict%s\">%s</div></header>"
                        .formatted(
                                proof.holds() ? "" : " bad",
                                text(sentence(ProofText.verdict(proof)))));
    }

    private void cards() {
        line("<section class=\"cards\">");
        card(proof.states(), "distinct crash states");
        card(proof.cuts(), "power cuts tried");
        card(proof.faults(), "disk and network faults");
        card(proof.worstBoots(), "boots until rest, at worst");
        line("</section>");
        line(
                "<p>The software that was tested is the update agent that ships, byte for byte. Its"
                        + " power was cut after every write, every flush and every message; the"
                        + " device was started again from everything that such a cut may leave on"
                        + " its storage, and its recovery was cut again.</p>");
    }

    private void card(long count, String words) {
        line("<div class=\"card\"><b>%s</b><span>%s</span></div>".formatted(number(count), words));
    }

    private void promises() {
        table(
                "What was promised",
                List.of("", "Promise", "In every state that was found"),
                List.of(Promise.values()),
                promise ->
                        cell(
                                        proof.broken().contains(promise) ? "no" : "ok",
                                        proof.broken().contains(promise) ? "broken" : "holds")
                                + cell("", "<code>" + promise.label() + "</code>")
                                + cell("", text(promise.words())));
    }

    private void work() {
        table(
                "How far the power was cut",
                List.of("", "Part", ""),
                proof.phases(),
                phase ->
                        cell(
                                        phase.isComplete() ? "ok" : "soft",
                                        phase.isComplete() ? "complete" : "sampled")
                                + cell("", text(phase.words()))
                                + cell("soft", text(phase.detail())));
        line(
                ("<p class=\"soft\">%s instants at which the power was cut. At %s of them more was"
                                + " unflushed than every subset could be tried of; there a seeded sample"
                                + " was.</p>")
                        .formatted(number(proof.points()), number(proof.sampledPoints())));
    }

    private void stories() {
        table(
                "What the device was doing",
                List.of("Story", "In words", "#States", "#Cuts", "#Faults"),
                proof.stories(),
                story ->
                        cell("", "<code>" + text(story.name()) + "</code>")
                                + cell("", text(story.words()))
                                + cell("n", number(story.states()))
                                + cell("n", number(story.cuts()))
                                + cell("n", number(story.faults())));
    }

    private void knownBad() {
        if (proof.knownBad().isEmpty()) return;
        table(
                "Does the proof bite?",
                List.of("", "A mistake that was built in on purpose", "Caught by"),
                proof.knownBad(),
                one ->
                        cell(one.isCaught() ? "ok" : "no", one.isCaught() ? "caught" : "missed")
                                + cell("", text(one.words()))
                                + cell("", "<code>" + text(one.promise()) + "</code>"));
    }

    private void failures() {
        if (proof.failures().isEmpty()) return;
        line("<h2>The shortest way to a broken promise</h2>");
        line("<pre>%s</pre>".formatted(text(String.join("\n", proof.trace()))));
        line(
                "<p>Replay it: <code>evenkeel prove --replay %s</code></p>"
                        .formatted(text(proof.failures().getFirst().seed())));
    }

    private void method() {
        line("<h2>What this is, and what it is not</h2>");
        line(
                "<p>A state counts once by its boot record, its state partition and which release"
                        + " stands complete in each slot; what differs only in the bytes of a half"
                        + " written image counts as one. Names of boots, and counters that only"
                        + " count, do not make a state. Storage is modelled with a volatile cache,"
                        + " writes that arrive in any order or not at all, torn sectors, and erase"
                        + " blocks that take their neighbours along.</p>");
        line(
                "<p>It is exhaustive where it says <em>complete</em>, and a sample where it says so."
                        + " It does not prove the kernel, the bootloader's own code or the storage:"
                        + " those are cut for real in <code>evenkeel lab</code>. Storage that"
                        + " acknowledges a flush and forgets everything is beyond any updater.</p>");
    }

    private <T> void table(
            String title, List<String> heads, List<T> rows, Function<T, String> cells) {
        line("<h2>%s</h2><table><thead><tr>".formatted(text(title)));
        for (String head : heads) {
            boolean isNumber = head.startsWith("#");
            line(
                    "<th%s>%s</th>"
                            .formatted(
                                    isNumber ? " class=\"n\"" : "", text(head.replace("#", ""))));
        }
        line("</tr></thead><tbody>");
        for (T row : rows) line("<tr>%s</tr>".formatted(cells.apply(row)));
        line("</tbody></table>");
    }

    private static String cell(String style, String content) {
        return "<td"
                + (style.isEmpty() ? "" : " class=\"" + style + "\"")
                + ">"
                + content
                + "</td>";
    }

    private void line(String html) {
        page.append(html).append('\n');
    }

    private static String number(long count) {
        return String.format(Locale.ROOT, "%,d", count);
    }

    private static String size(long bytes) {
        return (bytes >> 20) + " MiB";
    }

    private static String sentence(String words) {
        return Character.toUpperCase(words.charAt(0)) + words.substring(1);
    }

    private static String text(String raw) {
        return raw.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }

    private static String css() {
        try (InputStream in =
                Objects.requireNonNull(ProofHtml.class.getResourceAsStream("proof.css"))) {
            return new String(in.readAllBytes(), UTF_8);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }
}
