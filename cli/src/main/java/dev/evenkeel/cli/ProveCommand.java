// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.cli;

import dev.evenkeel.boot.DiskLayout;
import dev.evenkeel.content.Folders;
import dev.evenkeel.core.HealthPolicy;
import dev.evenkeel.core.json.Json;
import dev.evenkeel.core.json.JsonArray;
import dev.evenkeel.core.json.PrettyJson;
import dev.evenkeel.image.blueprint.Blueprint;
import dev.evenkeel.testkit.prove.Promise;
import dev.evenkeel.testkit.prove.Proof;
import dev.evenkeel.testkit.prove.ProofHtml;
import dev.evenkeel.testkit.prove.ProofJson;
import dev.evenkeel.testkit.prove.ProofText;
import dev.evenkeel.testkit.prove.Prover;
import dev.evenkeel.testkit.prove.Prover.Progress;
import dev.evenkeel.testkit.prove.Subject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `evenkeel prove`: cuts the power of the shipping agent everywhere, in memory.
@Command(
        name = "prove",
        mixinStandardHelpOptions = true,
        description = {
            "Proves that no power cut bricks the device of a blueprint: cuts the power of the agent that ships after every write, flush and message, starts the device from everything that the cut may leave, and cuts it again while it recovers.",
            "",
            "Ctrl-C ends it early and reports what was found so far. Exit code 1 when a promise breaks."
        })
final class ProveCommand implements Callable<Integer> {
    private static final Pattern BUDGET = Pattern.compile("(\\d+)([smh])");
    private static final long REPORT_SECONDS = 20;

    @Parameters(
            arity = "0..1",
            paramLabel = "BLUEPRINT",
            description = "Whose layout and health policy is proven (default: the demo's).")
    private @Nullable Path blueprint;

    @Option(
            names = "--budget",
            paramLabel = "TIME",
            defaultValue = "5m",
            description = "How long: 60s, 5m, 8h (default: ${DEFAULT-VALUE}).")
    private String budget = "5m";

    @Option(names = "--html", paramLabel = "FILE", description = "Write the report as a page too.")
    private @Nullable Path html;

    @Option(names = "--list-promises", description = "Say what is checked, and do nothing.")
    private boolean listPromises;

    @Option(
            names = "--replay",
            paramLabel = "SEED",
            description = "Walk one way again, step by step, as a failure names it.")
    private @Nullable String replay;

    @Option(
            names = "--sector",
            paramLabel = "BYTES",
            defaultValue = "512",
            description = "What the storage writes in one piece: 512 or 4096 (default: 512).")
    private int sectorBytes = 512;

    @Option(
            names = "--threads",
            paramLabel = "N",
            description = "On so many threads (default: one for each core).")
    private int threads = Runtime.getRuntime().availableProcessors();

    @Mixin private Output output;

    private final CountDownLatch reported = new CountDownLatch(1);

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (listPromises) return list();
        Duration time = budget();
        Path folder = Files.createTempDirectory("evenkeel-prove-");
        try {
            var prover = new Prover(subject(), time, folder, this::tell);
            String seed = replay;
            return seed == null ? prove(prover) : replay(prover, seed);
        } finally {
            Folders.delete(folder);
        }
    }

    private int list() {
        output.show(
                new JsonArray(Arrays.stream(Promise.values()).<Json>map(ProofJson::of).toList()),
                () -> {
                    var rows = new ArrayList<List<String>>();
                    rows.add(List.of("PROMISE", "WHAT IS CHECKED"));
                    for (Promise one : Promise.values()) {
                        rows.add(List.of(one.label(), one.words()));
                    }
                    output.table(rows);
                });
        return 0;
    }

    private int replay(Prover prover, String seed) {
        List<String> lines = prover.replay(seed);
        lines.forEach(output::line);
        output.out().flush();
        return lines.stream().anyMatch(line -> line.contains("BROKEN PROMISE")) ? 1 : 0;
    }

    private int prove(Prover prover) throws InterruptedException, IOException {
        var interrupted = new Thread(() -> stop(prover), "interrupted");
        Runtime.getRuntime().addShutdownHook(interrupted);
        try {
            Proof proof = prover.prove(threads);
            if (!output.isJson()) output.err().print("\r\033[K");
            output.err().flush();
            Path file = html;
            if (file != null) Files.writeString(file, ProofHtml.of(proof, date(), version()));
            if (output.isJson()) output.line(PrettyJson.line(ProofJson.of(proof)));
            else ProofText.of(proof).forEach(output::line);
            output.out().flush();
            return proof.failures().isEmpty() ? 0 : 1;
        } finally {
            reported.countDown();
            if (!isShuttingDown(interrupted)) Runtime.getRuntime().removeShutdownHook(interrupted);
        }
    }

    /// Ctrl-C: the JVM ends when this returns, so it waits for the report.
    private void stop(Prover prover) {
        prover.stop();
        try {
            boolean _ = reported.await(REPORT_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException impatient) {
            Thread.currentThread().interrupt();
        }
    }

    private static boolean isShuttingDown(Thread hook) {
        return hook.getState() != Thread.State.NEW;
    }

    private void tell(Progress progress) {
        if (output.isJson()) {
            output.line(PrettyJson.line(ProofJson.of(progress)));
            output.out().flush();
            return;
        }
        output.err()
                .printf(
                        Locale.ROOT,
                        "\r\033[K%s: %,d distinct states, %,d cuts%s",
                        progress.phase(),
                        progress.states(),
                        progress.cuts(),
                        progress.failures() == 0 ? "" : ", promises BROKEN");
        output.err().flush();
    }

    private Subject subject() {
        Path file =
                blueprint != null
                        ? blueprint
                        : Checkout.examples().resolve("demo/1.0/blueprint.toml");
        Blueprint read = Blueprint.read(file);
        Blueprint.Health health = read.health();
        return new Subject(
                read.name(),
                read.fleet(),
                read.compatible(),
                read.layout().slotBytes(),
                DiskLayout.BOOT_BYTES,
                read.layout().dataBytes(),
                new HealthPolicy(
                        health.attempts(), health.stableSeconds(), health.deadlineSeconds()),
                read.dataFormat(),
                sectorBytes,
                Subject.ERASE_BLOCK_BYTES);
    }

    private Duration budget() {
        Matcher found = BUDGET.matcher(budget);
        if (!found.matches()) {
            throw new CommandFault(
                    2, "--budget is a time such as 60s, 5m or 8h, not '" + budget + "'");
        }
        long count = Long.parseLong(found.group(1));
        return switch (found.group(2)) {
            case "s" -> Duration.ofSeconds(count);
            case "m" -> Duration.ofMinutes(count);
            default -> Duration.ofHours(count);
        };
    }

    private static String date() {
        return LocalDate.now(java.time.ZoneOffset.UTC).toString();
    }

    private static String version() {
        return new Main.VersionOfBuild().getVersion()[0];
    }
}
