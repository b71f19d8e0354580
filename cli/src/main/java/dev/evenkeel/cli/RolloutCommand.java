// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.cli;

import dev.evenkeel.core.json.Json;
import dev.evenkeel.core.json.JsonInteger;
import dev.evenkeel.core.json.JsonObject;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `evenkeel rollout`: a release on its way to a group.
@Command(
        name = "rollout",
        mixinStandardHelpOptions = true,
        description = "Starts, watches, halts, resumes and aborts rollouts.")
final class RolloutCommand extends CommandGroup {
    private static final long WATCH_MILLIS = 1_000;

    @Command(
            name = "start",
            mixinStandardHelpOptions = true,
            description =
                    "Brings a release to a group. With --wait, returns when every device is settled or it was aborted: 0 when all succeeded, else 1.")
    int start(
            @Mixin ServerAccess access,
            @Mixin Output output,
            @Parameters(paramLabel = "VERSION") String version,
            @Option(
                            names = "--group",
                            defaultValue = "all",
                            paramLabel = "NAME",
                            description = "default: ${DEFAULT-VALUE}")
                    String group,
            @Option(
                            names = "--channel",
                            paramLabel = "NAME",
                            description = "Where several channels offer the release.")
                    Optional<String> channel,
            @Mixin BudgetOptions budget,
            @Option(names = "--wait", description = "Watch it to its end.") boolean wait,
            @Option(
                            names = "--timeout-minutes",
                            defaultValue = "60",
                            paramLabel = "N",
                            description = "How long to wait (default: ${DEFAULT-VALUE}).")
                    int timeoutMinutes)
            throws IOException {
        try (ServerClient server = access.open()) {
            JsonObject wanted = JsonObject.of("release", version).with("group", group);
            if (channel.isPresent()) wanted = wanted.with("channel", channel.get());
            wanted = budget.in(wanted);
            JsonObject rollout = server.post("/api/v1/rollouts", wanted);
            if (wait) return watchToItsEnd(server, rollout, output, timeoutMinutes);
            output.show(rollout, () -> tell(rollout, output));
            return 0;
        }
    }

    @Command(
            name = "wait",
            mixinStandardHelpOptions = true,
            description =
                    "Waits until every device of the newest rollout of a release is settled or it was aborted: 0 when all succeeded, else 1.")
    int waitFor(
            @Mixin ServerAccess access,
            @Mixin Output output,
            @Parameters(paramLabel = "VERSION") String version,
            @Option(
                            names = "--timeout-minutes",
                            defaultValue = "60",
                            paramLabel = "N",
                            description = "How long to wait (default: ${DEFAULT-VALUE}).")
                    int timeoutMinutes)
            throws IOException {
        try (ServerClient server = access.open()) {
            JsonObject newest =
                    server.get("/api/v1/rollouts").array("rollouts").objects().stream()
                            .filter(r -> r.text("release").equals(version))
                            .max(Comparator.comparing(r -> r.text("started_at")))
                            .orElseThrow(() ->
                                    CommandFault.refused(
                                            "there is no rollout of "
                                                    + version
                                                    + "; start one with 'evenkeel rollout start "
                                                    + version
                                                    + "'"));
            return watchToItsEnd(server, newest, output, timeoutMinutes);
        }
    }

    @Command(
            name = "list",
            mixinStandardHelpOptions = true,
            description = "All rollouts, newest first.")
    int list(@Mixin ServerAccess access, @Mixin Output output) throws IOException {
        try (ServerClient server = access.open()) {
            JsonObject answer = server.get("/api/v1/rollouts");
            output.show(
                    answer,
                    () -> {
                        var rows = new ArrayList<List<String>>();
                        rows.add(
                                List.of(
                                        "ROLLOUT", "RELEASE", "GROUP", "CHANNEL", "STATE",
                                        "DEVICES"));
                        for (JsonObject r : answer.array("rollouts").objects()) {
                            rows.add(
                                    List.of(
                                            r.text("rollout"),
                                            r.text("release"),
                                            r.text("group"),
                                            r.text("channel"),
                                            r.text("state"),
                                            counts(r)));
                        }
                        output.table(rows);
                    });
            return 0;
        }
    }

    @Command(
            name = "show",
            mixinStandardHelpOptions = true,
            description = "One rollout and where its devices stand.")
    int show(
            @Mixin ServerAccess access,
            @Mixin Output output,
            @Parameters(paramLabel = "ROLLOUT") String rollout)
            throws IOException {
        try (ServerClient server = access.open()) {
            JsonObject answer = server.get("/api/v1/rollouts/" + Paths.segment(rollout));
            output.show(answer, () -> tell(answer, output));
            return 0;
        }
    }

    @Command(
            name = "halt",
            mixinStandardHelpOptions = true,
            description =
                    "Stops handing it to further devices; what is under way in a device's trial ends there.")
    int halt(
            @Mixin ServerAccess access,
            @Mixin Output output,
            @Parameters(paramLabel = "ROLLOUT") String rollout,
            @Option(names = "--note", defaultValue = "") String note)
            throws IOException {
        return change(access, output, rollout, "halt", note);
    }

    @Command(
            name = "resume",
            mixinStandardHelpOptions = true,
            description = "Goes on with a halted rollout.")
    int resume(
            @Mixin ServerAccess access,
            @Mixin Output output,
            @Parameters(paramLabel = "ROLLOUT") String rollout,
            @Option(names = "--note", defaultValue = "") String note)
            throws IOException {
        return change(access, output, rollout, "resume", note);
    }

    @Command(
            name = "abort",
            mixinStandardHelpOptions = true,
            description = "Ends it for good; what devices run stays as it is.")
    int abort(
            @Mixin ServerAccess access,
            @Mixin Output output,
            @Parameters(paramLabel = "ROLLOUT") String rollout,
            @Option(names = "--note", defaultValue = "") String note)
            throws IOException {
        return change(access, output, rollout, "abort", note);
    }

    private static int change(
            ServerAccess access, Output output, String rollout, String what, String note)
            throws IOException {
        try (ServerClient server = access.open()) {
            JsonObject answer =
                    server.post(
                            "/api/v1/rollouts/" + Paths.segment(rollout) + "/" + what,
                            JsonObject.of("note", note));
            output.show(answer, () -> tell(answer, output));
            return 0;
        }
    }

    private static int watchToItsEnd(
            ServerClient server, JsonObject rollout, Output output, int timeoutMinutes)
            throws IOException {
        JsonObject last = watch(server, rollout, output, Duration.ofMinutes(timeoutMinutes));
        output.show(last, () -> tell(last, output));
        return allSucceeded(last) ? 0 : Faults.REFUSED;
    }

    private static JsonObject watch(
            ServerClient server, JsonObject started, Output output, Duration limit)
            throws IOException {
        Instant deadline = Instant.now().plus(limit);
        String shown = "";
        JsonObject rollout = started;
        while (!isOver(rollout)) {
            if (Instant.now().isAfter(deadline)) {
                throw CommandFault.refused(
                        "rollout "
                                + started.text("rollout")
                                + " is not settled after "
                                + limit.toMinutes()
                                + " minutes: "
                                + counts(rollout)
                                + ". It goes on; see 'evenkeel device list'.");
            }
            String now = counts(rollout);
            if (!now.equals(shown)) output.err().println("  " + now);
            output.err().flush();
            shown = now;
            pause();
            rollout = server.get("/api/v1/rollouts/" + started.text("rollout"));
        }
        return rollout;
    }

    private static void pause() {
        try {
            Thread.sleep(WATCH_MILLIS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new CommandFault(130, "interrupted; the rollout goes on");
        }
    }

    private static boolean isOver(JsonObject rollout) {
        if (isAborted(rollout)) return true;
        return unsettled(rollout) == 0 && rollout.integer("devices") > 0;
    }

    private static boolean isAborted(JsonObject rollout) {
        return rollout.text("state").equals("aborted");
    }

    private static long unsettled(JsonObject rollout) {
        long settled = count(rollout, "succeeded") + endedOtherwise(rollout);
        return rollout.integer("devices") - rollout.integer("not_needed") - settled;
    }

    private static boolean allSucceeded(JsonObject rollout) {
        return endedOtherwise(rollout) == 0 && (!isAborted(rollout) || unsettled(rollout) == 0);
    }

    private static long endedOtherwise(JsonObject rollout) {
        return count(rollout, "failed")
                + count(rollout, "rolled_back")
                + count(rollout, "superseded");
    }

    private static long count(JsonObject rollout, String state) {
        JsonObject counts = rollout.object("counts");
        return counts.has(state) ? counts.integer(state) : 0;
    }

    private static String counts(JsonObject rollout) {
        var words = new ArrayList<String>();
        for (var entry : rollout.object("counts").members().entrySet()) {
            Json value = entry.getValue();
            if (value instanceof JsonInteger(long number) && number > 0)
                words.add(number + " " + entry.getKey().replace('_', ' '));
        }
        return words.isEmpty() ? rollout.integer("devices") + " devices" : String.join(", ", words);
    }

    private static void tell(JsonObject r, Output output) {
        output.line(
                r.text("rollout")
                        + "  "
                        + r.text("release")
                        + " to "
                        + r.text("group")
                        + " from "
                        + r.text("channel")
                        + "  "
                        + r.text("state"));
        output.line("  " + counts(r));
        r.optionalObject("budget")
                .ifPresent(budget -> output.line("  each update: " + BudgetCommand.words(budget)));
        if (!r.text("note").isEmpty()) output.line("  " + r.text("note"));
    }
}
