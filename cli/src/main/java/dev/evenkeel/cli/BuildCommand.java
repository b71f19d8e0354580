// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.cli;

import dev.evenkeel.core.json.Json;
import dev.evenkeel.core.json.JsonArray;
import dev.evenkeel.core.json.JsonObject;
import dev.evenkeel.image.BuildResult;
import dev.evenkeel.image.Builder;
import dev.evenkeel.image.SizeReport;
import dev.evenkeel.image.StageTime;
import dev.evenkeel.image.blueprint.Blueprint;
import dev.evenkeel.image.lock.Lock;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `evenkeel build`: from a lock to a release, offline.
@Command(
        name = "build",
        mixinStandardHelpOptions = true,
        description = {
            "Builds a release from a blueprint and its lock, without a network: slot image, disk image, chunk indexes, SBOM, manifest.",
            "",
            "The same lock gives the same bytes, on another machine and for another user."
        })
final class BuildCommand implements Runnable {
    private static final int LARGEST = 8;

    @Mixin private BuildOptions options;
    @Mixin private Output output;

    @Option(
            names = {"-o", "--out"},
            paramLabel = "DIR",
            description =
                    "The release folder (default: releases/NAME-VERSION below the current folder).")
    private @Nullable Path out;

    @Option(names = "--sizes", description = "Show what every package costs in the slot.")
    private boolean sizes;

    @Override
    public void run() {
        Blueprint blueprint = Blueprint.read(options.blueprint());
        Lock lock =
                options.existingLock()
                        .orElseThrow(() ->
                                CommandFault.refused(
                                        "there is no lock "
                                                + options.lockFile()
                                                + "; make it with 'evenkeel lock "
                                                + options.blueprint()
                                                + "'"));
        Path folder =
                out != null
                        ? out
                        : Path.of("releases", blueprint.name() + "-" + blueprint.version());
        try (var progress = new ConsoleProgress(output.err())) {
            BuildResult result =
                    Builder.build(blueprint, lock, options.openStore(), folder, progress);
            progress.done();
            output.show(json(result), () -> tell(result, progress.seconds()));
        }
    }

    private void tell(BuildResult result, double seconds) {
        output.line(
                "built "
                        + result.manifest().name()
                        + " "
                        + result.manifest().version()
                        + " in "
                        + result.folder());
        output.line(
                String.format(Locale.ROOT, "  slot image   %s", Output.size(result.slotBytes())));
        output.line(
                String.format(Locale.ROOT, "  boot image   %s", Output.size(result.bootBytes())));
        output.line(
                String.format(
                        Locale.ROOT, "  to download  %s at most", Output.size(result.packBytes())));
        output.line("  manifest     " + result.release());
        output.line(
                String.format(
                        Locale.ROOT, "  %.1f s, %.1f CPU s", seconds, result.cpuMillis() / 1e3));
        var rows = new ArrayList<List<String>>();
        rows.add(List.of("  PACKAGE", "FILES", "INSTALLED", "IN THE SLOT"));
        List<SizeReport.Part> parts = result.sizes().parts();
        for (SizeReport.Part part :
                sizes ? parts : parts.subList(0, Math.min(LARGEST, parts.size()))) {
            rows.add(
                    List.of(
                            "  " + part.name(),
                            Integer.toString(part.files()),
                            Output.size(part.installedBytes()),
                            Output.size(part.packedBytes())));
        }
        output.table(rows);
        if (!sizes) output.line("  ... all of them with --sizes");
    }

    private static JsonObject json(BuildResult result) {
        List<Json> stages = new ArrayList<>();
        for (StageTime stage : result.stages()) {
            stages.add(
                    JsonObject.of("stage", stage.stage())
                            .with("wall_ms", stage.wallMillis())
                            .with("cpu_ms", stage.cpuMillis())
                            .with("peak_bytes", stage.peakBytes()));
        }
        return JsonObject.of("folder", result.folder().toString())
                .with("release", result.manifest().version().text())
                .with("manifest", result.release().hex())
                .with("slot_bytes", result.slotBytes())
                .with("boot_bytes", result.bootBytes())
                .with("pack_bytes", result.packBytes())
                .with("stages", new JsonArray(stages));
    }
}
