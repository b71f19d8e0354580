// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.cli;

import dev.evenkeel.content.Folders;
import dev.evenkeel.lab.soak.Soak;
import dev.evenkeel.lab.soak.SoakOptions;
import dev.evenkeel.lab.soak.SoakResult;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `evenkeel lab soak`: weeks in the life of a fleet, in minutes.
@Command(
        name = "soak",
        mixinStandardHelpOptions = true,
        description = {
            "Lets a fleet live for weeks of simulated time: the agent that ships on simulated devices, against the server that ships, called directly. Releases come and go, some of them bad; power, links, clocks and the server fail at the rates that you say.",
            "",
            "All along and at the end every device is held against what the server says of it and what it should have come to. Memory and disk of server and agents are measured each day. Exit status 1 when a promise broke, with the command that shows it again."
        })
final class LabSoakCommand implements Callable<Integer> {
    private static final int BROKEN = 1;

    @Mixin private Output output;

    @Option(
            names = "--devices",
            paramLabel = "N",
            defaultValue = "200",
            description = "Devices of the fleet (default: ${DEFAULT-VALUE}).")
    private int devices;

    @Option(
            names = "--days",
            paramLabel = "N",
            defaultValue = "30",
            description = "Simulated days (default: ${DEFAULT-VALUE}).")
    private int days;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "Seed of all that happens (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(
            names = "--poll",
            paramLabel = "SECONDS",
            defaultValue = "600",
            description = "Between two check-ins of a device (default: ${DEFAULT-VALUE}).")
    private int pollSeconds;

    @Option(
            names = "--power-cuts",
            paramLabel = "RATE",
            defaultValue = "2",
            description =
                    "Power cuts of a device in a week; half of them at an operation of an update (default: ${DEFAULT-VALUE}).")
    private double powerCuts;

    @Option(
            names = "--outages",
            paramLabel = "RATE",
            defaultValue = "3",
            description =
                    "Outages of a device's link in a week, a minute to half a day each (default: ${DEFAULT-VALUE}).")
    private double outages;

    @Option(
            names = "--link-loss",
            paramLabel = "SHARE",
            defaultValue = "0.005",
            description =
                    "Share of requests that are lost, half of them after the server took them (default: ${DEFAULT-VALUE}).")
    private double linkLoss;

    @Option(
            names = "--absences",
            paramLabel = "RATE",
            defaultValue = "0.5",
            description =
                    "Times that a device is away for one to five days, in a month (default: ${DEFAULT-VALUE}).")
    private double absences;

    @Option(
            names = "--reboots",
            paramLabel = "RATE",
            defaultValue = "1",
            description = "Orderly reboots of a device in a week (default: ${DEFAULT-VALUE}).")
    private double reboots;

    @Option(
            names = "--clock-jumps",
            paramLabel = "RATE",
            defaultValue = "0.5",
            description = "Jumps of a device's clock in a week (default: ${DEFAULT-VALUE}).")
    private double clockJumps;

    @Option(
            names = "--server-restarts",
            paramLabel = "RATE",
            defaultValue = "5",
            description =
                    "Restarts of the server in a week; half of them without a chance to write what waits (default: ${DEFAULT-VALUE}).")
    private double serverRestarts;

    @Option(
            names = "--release-every",
            paramLabel = "DAYS",
            defaultValue = "2",
            description = "Days between two releases (default: ${DEFAULT-VALUE}).")
    private double releaseEvery;

    @Option(
            names = "--bad-releases",
            paramLabel = "SHARE",
            defaultValue = "0.3",
            description =
                    "Share of releases that fail their health checks, never finish them, or never boot (default: ${DEFAULT-VALUE}).")
    private double badReleases;

    @Option(
            names = "--picture",
            paramLabel = "FILE.svg",
            description = "Draw memory and disk over the days.")
    private @Nullable Path picture;

    @Option(
            names = "--folder",
            paramLabel = "DIR",
            description =
                    "Where to put releases and the server's data (default: a new folder among the temporary files; removed at the end).")
    private @Nullable Path folder;

    @Override
    public Integer call() throws IOException, InterruptedException {
        Path work =
                folder != null
                        ? Files.createDirectories(folder)
                        : Files.createTempDirectory("evenkeel-soak-");
        try {
            requireEmpty(work);
            SoakOptions options = options(work);
            SoakResult result = new Soak(options, this::say).run();
            Path file = picture;
            if (file != null) Files.writeString(file, result.picture());
            show(result, options);
            return result.broken().isEmpty() ? 0 : BROKEN;
        } finally {
            if (folder == null) Folders.delete(work);
            output.out().flush();
        }
    }

    private static void requireEmpty(Path work) throws IOException {
        try (var there = Files.list(work)) {
            if (there.findAny().isEmpty()) return;
        }
        throw CommandFault.refused(work + " is not empty; name a new folder");
    }

    private SoakOptions options(Path work) {
        try {
            var rates =
                    new SoakOptions.Rates(
                            powerCuts,
                            outages,
                            linkLoss,
                            absences,
                            reboots,
                            clockJumps,
                            serverRestarts,
                            releaseEvery,
                            badReleases);
            return new SoakOptions(devices, days, seed, pollSeconds, rates, work);
        } catch (IllegalArgumentException wrong) {
            throw new CommandFault(2, String.valueOf(wrong.getMessage()));
        }
    }

    private void show(SoakResult result, SoakOptions options) {
        PrintWriter words = output.isJson() ? output.err() : output.out();
        if (!result.broken().isEmpty()) words.println("again: " + options.command());
        words.flush();
        output.show(
                result.toJson(),
                () -> {
                    output.table(result.days());
                    result.words().forEach(output::line);
                });
    }

    private void say(String line) {
        PrintWriter out = output.isJson() ? output.err() : output.out();
        out.println(line);
        out.flush();
    }
}
