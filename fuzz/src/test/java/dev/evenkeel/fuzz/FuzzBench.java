// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.core.json.Json;
import dev.evenkeel.core.json.JsonArray;
import dev.evenkeel.core.json.JsonObject;
import dev.evenkeel.core.json.PrettyJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// `bench/fuzz`: Jazzer on one target after the other, each in a process of its own, for its share
/// of the time; and a table of what came out.
///
/// New inputs that reach new code are kept in `target/fuzz/corpus`, where the next run goes on from
/// them; findings in `target/fuzz/findings`.
class FuzzBench {
    private static final Path FOLDER = Path.of("target/fuzz").toAbsolutePath();
    private static final int MEMORY_MB = 512;

    /// One input may take so long, on a machine that is busy with other things too.
    private static final int INPUT_SECONDS = 20;

    private static final String INSTRUMENTED = "dev.evenkeel.**:tools.jackson.**:org.tomlj.**";
    private static final int MOST_INPUT_BYTES = 16 << 10;
    private static final Pattern EXECUTIONS =
            Pattern.compile("stat::number_of_executed_units: *([0-9]+)");
    private static final Pattern COVERAGE = Pattern.compile("cov: ([0-9]+) ft");

    private record Result(
            String target, long executions, long seconds, int coverage, int corpus, int findings) {
        JsonObject toJson() {
            return JsonObject.of("target", target)
                    .with("executions", executions)
                    .with("seconds", seconds)
                    .with("coverage", coverage)
                    .with("corpus", corpus)
                    .with("findings", findings);
        }
    }

    @Test
    void every_target_for_its_share_of_the_time() throws Exception {
        String only = System.getProperty("fuzz.target", "");
        List<Target> targets = only.isEmpty() ? Targets.all() : List.of(Targets.named(only));
        double minutes = Double.parseDouble(System.getProperty("fuzz.minutes", "1"));
        long seconds = Math.max(1, Math.round(minutes * 60 / targets.size()));
        var results = new ArrayList<Result>();
        for (Target target : targets) results.add(fuzz(target, seconds));
        String table =
                Boolean.getBoolean("fuzz.json") ? PrettyJson.line(json(results)) : text(results);
        Files.writeString(FOLDER.resolve("result"), table + "\n");
        assertThat(results.stream().filter(one -> one.findings() > 0))
                .as("findings; the inputs and traces are in " + FOLDER)
                .isEmpty();
    }

    private static Result fuzz(Target target, long seconds) throws Exception {
        Path corpus = Files.createDirectories(FOLDER.resolve("corpus").resolve(target.name()));
        Path seeds = Files.createDirectories(FOLDER.resolve("seeds").resolve(target.name()));
        Path findings = Files.createDirectories(FOLDER.resolve("findings").resolve(target.name()));
        for (Map.Entry<String, byte[]> input : Targets.inputs(target).entrySet()) {
            Files.write(seeds.resolve(input.getKey()), input.getValue());
        }
        Path log = FOLDER.resolve(target.name() + ".log");
        long start = System.nanoTime();
        Process jazzer =
                new ProcessBuilder(command(target, seconds, corpus, seeds, findings))
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start();
        int code = jazzer.waitFor();
        String said = Files.readString(log);
        long executions = last(EXECUTIONS, said);
        int found = count(findings);
        if (code != 0 && found == 0) {
            throw new IOException("jazzer ended with " + code + "; its words are in " + log);
        }
        return new Result(
                target.name(),
                executions,
                (System.nanoTime() - start) / 1_000_000_000,
                (int) last(COVERAGE, said),
                count(corpus),
                found);
    }

    private static List<String> command(
            Target target, long seconds, Path corpus, Path seeds, Path findings) {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx" + MEMORY_MB + "m",
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-XX:+EnableDynamicAgentLoading",
                "-cp",
                System.getProperty("java.class.path"),
                "com.code_intelligence.jazzer.Jazzer",
                "--target_class=" + Fuzz.class.getName(),
                "--target_args=" + target.name(),
                "--instrumentation_includes=" + INSTRUMENTED,
                "--instrumentation_excludes=dev.evenkeel.fuzz.**",
                "--custom_hook_includes=" + INSTRUMENTED,
                "--reproducer_path=" + findings,
                "-artifact_prefix=" + findings + "/",
                "-max_total_time=" + seconds,
                "-max_len=" + MOST_INPUT_BYTES,
                "-timeout=" + INPUT_SECONDS,
                "-rss_limit_mb=0",
                "-print_final_stats=1",
                corpus.toString(),
                seeds.toString());
    }

    private static long last(Pattern pattern, String text) {
        Matcher found = pattern.matcher(text);
        long last = 0;
        while (found.find()) last = Long.parseLong(found.group(1));
        return last;
    }

    private static int count(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return (int) files.filter(file -> !file.toString().endsWith(".java")).count();
        }
    }

    private static JsonObject json(List<Result> results) {
        List<Json> targets = results.stream().<Json>map(Result::toJson).toList();
        return JsonObject.of("targets", new JsonArray(targets))
                .with("executions", results.stream().mapToLong(Result::executions).sum())
                .with("findings", results.stream().mapToInt(Result::findings).sum());
    }

    private static String text(List<Result> results) {
        var table = new StringBuilder();
        String row = "%-24s %12s %9s %9s %8s %9s%n";
        table.append(
                String.format(
                        Locale.ROOT,
                        row,
                        "target",
                        "executions",
                        "seconds",
                        "coverage",
                        "corpus",
                        "findings"));
        for (Result one : results) {
            table.append(
                    String.format(
                            Locale.ROOT,
                            row,
                            one.target(),
                            one.executions(),
                            one.seconds(),
                            one.coverage(),
                            one.corpus(),
                            one.findings()));
        }
        long sum = results.stream().mapToLong(Result::executions).sum();
        return table + String.format(Locale.ROOT, "%-24s %12d", "all", sum);
    }
}
