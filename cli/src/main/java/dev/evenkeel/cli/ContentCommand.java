// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.cli;

import dev.evenkeel.content.ContentFolder;
import dev.evenkeel.content.Garbage;
import dev.evenkeel.content.RepositoryStats;
import dev.evenkeel.core.Digest;
import dev.evenkeel.core.json.Json;
import dev.evenkeel.core.json.JsonArray;
import dev.evenkeel.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `evenkeel content`: the content of a repository, checked, cleaned and counted.
@Command(
        name = "content",
        mixinStandardHelpOptions = true,
        description = "Checks, cleans and counts the content of a repository.")
final class ContentCommand extends CommandGroup {
    /// Which repository.
    static final class Repository {
        @Parameters(
                arity = "0..1",
                paramLabel = "DIR",
                description =
                        "The repository, a folder with packs/ and indexes/ (default: that of the server's data folder).")
        private @Nullable Path folder;

        @Option(
                names = "--data",
                paramLabel = "DIR",
                description =
                        "The server's data folder (default: EVENKEEL_DATA, else ~/.local/share/evenkeel).")
        private @Nullable Path data;

        ContentFolder open() throws IOException {
            Path root =
                    folder != null ? folder : ServerAccess.dataFolder(data).resolve("repository");
            if (!Files.isDirectory(root.resolve("packs"))) {
                throw CommandFault.refused(
                        root + ": is no repository, there is no folder packs/ in it");
            }
            return ContentFolder.open(root);
        }
    }

    @Command(
            name = "check",
            mixinStandardHelpOptions = true,
            description =
                    "Reads every byte: metadata to manifests, to indexes, to frames, to raw chunks; and metadata to deltas and their frames.",
            exitCodeListHeading = "%nExit codes:%n",
            exitCodeList = {
                "0:everything that is named is there and whole",
                "1:something is missing or altered; each finding is printed"
            })
    int check(@Mixin Repository repository, @Mixin Output output) throws IOException {
        ContentFolder content = repository.open();
        ContentFolder.Check check =
                content.check(file -> {
                    if (output.isJson()) return;
                    output.err().println("checking " + file);
                    output.err().flush();
                });
        JsonObject json =
                JsonObject.of("indexes", check.indexes())
                        .with("packs", check.packs())
                        .with("deltas", check.deltas())
                        .with("bytes", check.bytes())
                        .with("problems", JsonArray.ofTexts(check.problems()))
                        .with("unused", JsonArray.ofTexts(check.leftovers()));
        output.show(
                json,
                () -> {
                    check.problems().forEach(problem -> output.line("BROKEN  " + problem));
                    check.leftovers().forEach(unused -> output.line("unused  " + unused));
                    output.line(
                            check.indexes()
                                    + " indexes, "
                                    + check.packs()
                                    + " packs, "
                                    + check.deltas()
                                    + " deltas, "
                                    + Output.size(check.bytes())
                                    + " read, "
                                    + (check.isSound()
                                            ? "nothing is broken"
                                            : check.problems().size() + " problems"));
                });
        return check.isSound() ? 0 : Faults.REFUSED;
    }

    @Command(
            name = "gc",
            mixinStandardHelpOptions = true,
            description = {
                "Finds what no manifest and no metadata refer to, and removes it with --delete.",
                "",
                "Packs of which enough is not in use are written anew; the old one stays for devices that read from it now, and goes in a later run. Safe at any time, also while the server runs."
            },
            exitCodeListHeading = "%nExit codes:%n",
            exitCodeList = {
                "0:done",
                "1:something is broken, so nobody can say what is in use; nothing was removed"
            })
    int gc(
            @Mixin Repository repository,
            @Mixin Output output,
            @Option(names = "--delete", description = "Remove it; without, it is only told.")
                    boolean delete,
            @Option(
                            names = "--grace-hours",
                            paramLabel = "N",
                            defaultValue = "24",
                            description =
                                    "What was written since then stays: a release may be on its way in (default: ${DEFAULT-VALUE}).")
                    int graceHours,
            @Option(
                            names = "--dead-percent",
                            paramLabel = "N",
                            defaultValue = "50",
                            description =
                                    "A pack is written anew when so much of it is not in use (default: ${DEFAULT-VALUE}).")
                    int deadPercent)
            throws IOException {
        if (graceHours < 0 || deadPercent < 1 || deadPercent > 100) {
            throw CommandFault.refused(
                    "expected --grace-hours of 0 and more, and --dead-percent from 1 to 100");
        }
        ContentFolder content = repository.open();
        Duration grace = Duration.ofHours(graceHours);
        Garbage garbage =
                delete
                        ? content.collectGarbage(Instant.now(), grace, deadPercent)
                        : content.garbage(Instant.now(), grace, deadPercent);
        output.show(json(garbage, delete), () -> tell(garbage, delete, output));
        return 0;
    }

    private static JsonObject json(Garbage garbage, boolean isRemoved) {
        return JsonObject.EMPTY
                .with("removed", isRemoved)
                .with("indexes", names(garbage.indexes()))
                .with("locations", names(garbage.locations()))
                .with("packs", names(garbage.packs()))
                .with("deltas", names(garbage.deltas()))
                .with(
                        "rewritten",
                        new JsonArray(
                                garbage.rewrites().stream()
                                        .<Json>map(rewrite ->
                                                JsonObject.of("pack", rewrite.pack().hex())
                                                        .with("bytes", rewrite.sizeBytes())
                                                        .with("used_bytes", rewrite.liveBytes()))
                                        .toList()))
                .with("freed_bytes", garbage.freedBytes());
    }

    private static JsonArray names(List<Digest> names) {
        return JsonArray.ofTexts(names.stream().map(Digest::hex).toList());
    }

    private static void tell(Garbage garbage, boolean isRemoved, Output output) {
        garbage.indexes().forEach(name -> output.line("index      " + name));
        garbage.locations().forEach(name -> output.line("locations  " + name));
        garbage.packs().forEach(name -> output.line("pack       " + name));
        garbage.deltas().forEach(name -> output.line("delta      " + name));
        for (Garbage.Rewrite rewrite : garbage.rewrites()) {
            output.line(
                    "pack       "
                            + rewrite.pack()
                            + "  "
                            + Output.size(rewrite.liveBytes())
                            + " of "
                            + Output.size(rewrite.sizeBytes())
                            + " are in use: "
                            + (isRemoved ? "written anew" : "to be written anew"));
        }
        output.line(
                garbage.isEmpty()
                        ? "nothing to remove"
                        : isRemoved
                                ? Output.size(garbage.freedBytes()) + " freed"
                                : Output.size(garbage.freedBytes())
                                        + " would be freed; --delete does it");
    }

    @Command(
            name = "stats",
            mixinStandardHelpOptions = true,
            description =
                    "What each release and each delta really costs; a chunk is on the account of the oldest release that uses it.")
    int stats(@Mixin Repository repository, @Mixin Output output) throws IOException {
        RepositoryStats stats = repository.open().stats();
        var releases = new ArrayList<Json>();
        var rows = new ArrayList<List<String>>();
        rows.add(
                List.of(
                        "RELEASE",
                        "NAME",
                        "DEVICE TYPE",
                        "IMAGES",
                        "CHUNKS",
                        "NEW",
                        "NEW BYTES",
                        "SHARED BYTES",
                        "INDEXES"));
        for (RepositoryStats.ReleaseCost cost : stats.releases()) {
            releases.add(
                    JsonObject.of("release", cost.release())
                            .with("name", cost.name())
                            .with("device_type", cost.deviceType())
                            .with("image_bytes", cost.imageBytes())
                            .with("chunks", cost.chunks())
                            .with("new_chunks", cost.newChunks())
                            .with("new_bytes", cost.newBytes())
                            .with("shared_bytes", cost.sharedBytes())
                            .with("index_bytes", cost.indexBytes()));
            rows.add(
                    List.of(
                            cost.release(),
                            cost.name(),
                            cost.deviceType(),
                            Output.size(cost.imageBytes()),
                            Integer.toString(cost.chunks()),
                            Integer.toString(cost.newChunks()),
                            Output.size(cost.newBytes()),
                            Output.size(cost.sharedBytes()),
                            Output.size(cost.indexBytes())));
        }
        JsonObject json =
                JsonObject.of("releases", new JsonArray(releases))
                        .with("packs", stats.packs())
                        .with("pack_bytes", stats.packBytes())
                        .with("unused_bytes", stats.unusedBytes())
                        .with("other_bytes", stats.otherBytes())
                        .with("deltas", deltas(stats))
                        .with("delta_bytes", stats.deltaBytes());
        output.show(
                json,
                () -> {
                    output.table(rows);
                    output.line(
                            stats.packs()
                                    + " packs with "
                                    + Output.size(stats.packBytes())
                                    + ", of which "
                                    + Output.size(stats.unusedBytes())
                                    + " are in no release; indexes and locations "
                                    + Output.size(stats.otherBytes()));
                    if (stats.deltaBytes() == 0) return;
                    output.line("");
                    output.table(deltaRows(stats));
                    output.line("deltas take " + Output.size(stats.deltaBytes()));
                });
        return 0;
    }

    private static JsonArray deltas(RepositoryStats stats) {
        return new JsonArray(
                stats.deltas().stream()
                        .<Json>map(delta ->
                                JsonObject.of("device_type", delta.deviceType())
                                        .with("kind", delta.kind().toString())
                                        .with("from", JsonArray.ofTexts(delta.from()))
                                        .with("to", JsonArray.ofTexts(delta.to()))
                                        .with("bytes", delta.bytes()))
                        .toList());
    }

    private static List<List<String>> deltaRows(RepositoryStats stats) {
        var rows = new ArrayList<List<String>>();
        rows.add(List.of("DELTA FROM", "TO", "DEVICE TYPE", "IMAGE", "BYTES"));
        for (RepositoryStats.DeltaCost delta : stats.deltas()) {
            rows.add(
                    List.of(
                            String.join(",", delta.from()),
                            String.join(",", delta.to()),
                            delta.deviceType(),
                            delta.kind().toString(),
                            Output.size(delta.bytes())));
        }
        return rows;
    }

    @Command(
            name = "deltas",
            mixinStandardHelpOptions = true,
            description = {
                "The deltas that the server makes, made, or does not make, and why.",
                "",
                "Of each pair of releases and each of their images: what a device fetches by delta,"
                        + " by chunks, and whole."
            },
            exitCodeListHeading = "%nExit codes:%n",
            exitCodeList = {"0:done", "1:the server refused", "4:no server answers"})
    int deltas(@Mixin ServerAccess access, @Mixin Output output) throws IOException {
        try (ServerClient server = access.open()) {
            JsonObject answer = server.get("/api/v1/deltas");
            output.show(answer, () -> tell(answer, output));
            return 0;
        }
    }

    private static void tell(JsonObject answer, Output output) {
        if (!answer.text("note").isEmpty()) output.line(answer.text("note"));
        var rows = new ArrayList<List<String>>();
        rows.add(
                List.of(
                        "FROM",
                        "TO",
                        "DEVICE TYPE",
                        "IMAGE",
                        "STATE",
                        "DELTA",
                        "CHUNKS",
                        "WHOLE",
                        "CPU"));
        for (JsonObject delta : answer.array("deltas").objects()) {
            rows.add(
                    List.of(
                            delta.text("from"),
                            delta.text("to"),
                            delta.text("device_type"),
                            delta.text("kind"),
                            delta.text("state")
                                    + delta.optionalText("reason")
                                            .map(reason -> ": " + reason)
                                            .orElse(""),
                            delta.has("bytes") ? Output.size(delta.integer("bytes")) : "-",
                            Output.size(delta.integer("chunk_bytes")),
                            Output.size(delta.integer("full_bytes")),
                            delta.has("cpu_ms") ? delta.integer("cpu_ms") / 1_000 + " s" : "-"));
        }
        output.table(rows);
    }
}
