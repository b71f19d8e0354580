// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.cli;

import dev.evenkeel.content.RandomBytes;
import dev.evenkeel.content.delta.DeltaApply;
import dev.evenkeel.content.delta.DeltaFile;
import dev.evenkeel.content.delta.DeltaHead;
import dev.evenkeel.content.delta.DeltaMaker;
import dev.evenkeel.core.json.Json;
import dev.evenkeel.core.json.JsonArray;
import dev.evenkeel.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `evenkeel delta`: the difference between two images, outside of any server.
@Command(
        name = "delta",
        mixinStandardHelpOptions = true,
        description =
                "Makes, applies and explains deltas: what turns one image into another, as small"
                        + " as a device can afford.",
        subcommands = {
            DeltaCommand.Make.class,
            DeltaCommand.Apply.class,
            DeltaCommand.Describe.class
        })
final class DeltaCommand extends CommandGroup {
    static final String USUAL_MEMORY = "64M";

    @Command(
            name = "make",
            mixinStandardHelpOptions = true,
            description = {
                "Makes the delta from image OLD to image NEW.",
                "",
                "Filesystems (squashfs, ext4, erofs), archives and compressed files are unpacked"
                        + " on both sides where they can be packed again bit by bit, which is"
                        + " tried for each; everything else travels as it is.",
                "Exit code 1 when it could not be made; nothing is left then."
            })
    static final class Make implements Callable<Integer> {
        @Parameters(index = "0", paramLabel = "OLD", description = "The image a device has.")
        private Path old = Path.of("");

        @Parameters(index = "1", paramLabel = "NEW", description = "The image it is to have.")
        private Path fresh = Path.of("");

        @Option(
                names = {"-o", "--output"},
                required = true,
                paramLabel = "FILE",
                description = "Where the delta goes.")
        private Path delta = Path.of("");

        @Option(
                names = "--memory",
                paramLabel = "BYTES",
                converter = ByteSize.class,
                defaultValue = USUAL_MEMORY,
                description = "What applying it may take: 24M to 64M (default: ${DEFAULT-VALUE}).")
        private long memory;

        @Mixin private Output output;

        @Override
        public Integer call() throws IOException {
            if (memory < DeltaMaker.SMALLEST_MEMORY_BYTES) {
                throw CommandFault.refused(
                        "--memory: expected at least "
                                + DeltaMaker.SMALLEST_MEMORY_BYTES
                                + " bytes, found "
                                + memory);
            }
            long started = System.nanoTime();
            Path unfinished = delta.resolveSibling(delta.getFileName() + ".unfinished");
            try (var progress = new ConsoleProgress(output.err())) {
                var stages = new Stages(progress);
                DeltaHead head = new DeltaMaker(memory, stages::at).make(old, fresh, unfinished);
                progress.done();
                Files.move(unfinished, delta, StandardCopyOption.ATOMIC_MOVE);
                show(head, (System.nanoTime() - started) / 1e9);
            } finally {
                Files.deleteIfExists(unfinished);
            }
            return 0;
        }

        private void show(DeltaHead head, double seconds) throws IOException {
            long bytes = Files.size(delta);
            JsonObject json = facts(head, bytes).with("seconds", Math.round(seconds));
            output.show(
                    json,
                    () ->
                            output.line(
                                    String.format(
                                            Locale.ROOT,
                                            "%s: %s instead of %s, made in %.1f s; applying it"
                                                    + " takes at most %s of memory",
                                            delta,
                                            Output.size(bytes),
                                            Output.size(head.newBytes()),
                                            seconds,
                                            Output.size(head.memoryBytes()))));
        }
    }

    @Command(
            name = "apply",
            mixinStandardHelpOptions = true,
            description = {
                "Makes image NEW from image OLD and a delta.",
                "",
                "Exit code 1 when the delta is damaged or OLD is not the image that it was made"
                        + " for; NEW is only there when it is whole."
            })
    static final class Apply implements Callable<Integer> {
        @Parameters(index = "0", paramLabel = "OLD", description = "The image that is there.")
        private Path old = Path.of("");

        @Parameters(index = "1", paramLabel = "DELTA", description = "The delta.")
        private Path delta = Path.of("");

        @Option(
                names = {"-o", "--output"},
                required = true,
                paramLabel = "NEW",
                description = "Where the new image goes.")
        private Path fresh = Path.of("");

        @Option(
                names = "--memory",
                paramLabel = "BYTES",
                converter = ByteSize.class,
                defaultValue = USUAL_MEMORY,
                description = "What applying may take (default: ${DEFAULT-VALUE}).")
        private long memory;

        @Mixin private Output output;

        @Override
        public Integer call() throws IOException {
            Path unfinished = fresh.resolveSibling(fresh.getFileName() + ".unfinished");
            try (RandomBytes base = RandomBytes.open(old);
                    DeltaFile file = DeltaFile.open(delta);
                    var progress = new ConsoleProgress(output.err())) {
                progress.stage("applying " + delta.getFileName());
                new DeltaApply(file.head(), base, memory)
                        .image(
                                file,
                                unfinished,
                                done -> progress.bytes(done, file.head().newBytes()));
                progress.done();
                Files.move(unfinished, fresh, StandardCopyOption.ATOMIC_MOVE);
                DeltaHead head = file.head();
                output.show(
                        facts(head, Files.size(delta)),
                        () ->
                                output.line(
                                        fresh
                                                + ": "
                                                + Output.size(head.newBytes())
                                                + ", SHA-256 "
                                                + head.fresh()));
            } finally {
                Files.deleteIfExists(unfinished);
            }
            return 0;
        }
    }

    @Command(
            name = "info",
            mixinStandardHelpOptions = true,
            description =
                    "Says what a delta needs, makes and costs, and for each kind of packed"
                            + " members how many bytes are rebuilt and how many travel as they"
                            + " are.")
    static final class Describe implements Callable<Integer> {
        @Parameters(index = "0", paramLabel = "DELTA", description = "The delta.")
        private Path delta = Path.of("");

        @Mixin private Output output;

        @Override
        public Integer call() throws IOException {
            try (DeltaFile file = DeltaFile.open(delta)) {
                DeltaHead head = file.head();
                long bytes = Files.size(delta);
                output.show(facts(head, bytes), () -> text(head, bytes));
            }
            return 0;
        }

        private void text(DeltaHead head, long bytes) {
            output.line(
                    "delta    " + Output.size(bytes) + " in " + head.frames().size() + " frames");
            output.line("needs    " + Output.size(head.oldBytes()) + ", SHA-256 " + head.old());
            output.line("makes    " + Output.size(head.newBytes()) + ", SHA-256 " + head.fresh());
            output.line("memory   " + Output.size(head.memoryBytes()));
            output.line("packs by " + String.join(", ", head.packings()));
            if (head.members().isEmpty()) return;
            output.line("");
            List<List<String>> rows = new ArrayList<>();
            rows.add(
                    List.of(
                            "MEMBERS",
                            "COUNT",
                            "UNCHANGED",
                            "REBUILT",
                            "AS THEY ARE",
                            "SHARE REBUILT"));
            for (DeltaHead.Members some : head.members()) {
                long changed = some.rebuilt() + some.asTheyAre();
                rows.add(
                        List.of(
                                some.kind().toLowerCase(Locale.ROOT),
                                Integer.toString(some.count()),
                                Output.size(some.unchanged()),
                                Output.size(some.rebuilt()),
                                Output.size(some.asTheyAre()),
                                changed == 0
                                        ? "-"
                                        : String.format(
                                                Locale.ROOT,
                                                "%.1f %%",
                                                100.0 * some.rebuilt() / changed)));
            }
            output.table(rows);
        }
    }

    /// Stages of a maker, as a progress shows them.
    private static final class Stages {
        private final ConsoleProgress progress;
        private String current = "";

        Stages(ConsoleProgress progress) {
            this.progress = progress;
        }

        void at(String step, long done, long whole) {
            if (!step.equals(current)) progress.stage(step);
            current = step;
            progress.bytes(done, whole);
        }
    }

    private static JsonObject facts(DeltaHead head, long bytes) {
        List<Json> members = new ArrayList<>();
        for (DeltaHead.Members some : head.members()) {
            members.add(
                    JsonObject.of("kind", some.kind().toLowerCase(Locale.ROOT))
                            .with("count", some.count())
                            .with("unchanged_bytes", some.unchanged())
                            .with("rebuilt_bytes", some.rebuilt())
                            .with("as_they_are_bytes", some.asTheyAre()));
        }
        return JsonObject.of("bytes", bytes)
                .with("old_bytes", head.oldBytes())
                .with("old_sha256", head.old().toString())
                .with("new_bytes", head.newBytes())
                .with("new_sha256", head.fresh().toString())
                .with("memory_bytes", head.memoryBytes())
                .with("frames", head.frames().size())
                .with("members", new JsonArray(members));
    }
}
