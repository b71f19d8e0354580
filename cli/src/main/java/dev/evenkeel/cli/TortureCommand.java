// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.cli;

import dev.evenkeel.content.Folders;
import dev.evenkeel.image.lock.Lock;
import dev.evenkeel.image.lock.Store;
import dev.evenkeel.image.process.Progress;
import dev.evenkeel.image.tool.ToolRoot;
import dev.evenkeel.lab.Acceleration;
import dev.evenkeel.lab.KvmProbe;
import dev.evenkeel.lab.Machine;
import dev.evenkeel.lab.QemuLane;
import dev.evenkeel.lab.ToolRootQemu;
import dev.evenkeel.lab.Torture;
import dev.evenkeel.lab.TortureLane;
import dev.evenkeel.lab.TortureOptions;
import dev.evenkeel.lab.TortureReport;
import dev.evenkeel.lab.UmlKernel;
import dev.evenkeel.lab.UmlLane;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `evenkeel lab torture`: power cuts in real updates, until somebody believes it.
@Command(
        name = "torture",
        mixinStandardHelpOptions = true,
        description = {
            "Cuts the power of virtual devices in the middle of real updates, hundreds of times, and looks whether one of them stays down.",
            "",
            "Each device is new, enrols and updates once; its seed decides when its power fails and what its disk loses. The uml lane runs a real Linux kernel as a process, with the slot's own system and agent and a model of the bootloader; the qemu lane runs the whole reference device, some minutes for each. Exit status 1 when a device came to harm, with the command that does it again."
        })
final class TortureCommand implements Callable<Integer> {
    private static final int POLL_SECONDS = 1;
    private static final int BRICKED = 1;

    /// The kinds of device, as the command line has them.
    enum Lane {
        UML,
        QEMU;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @Mixin private Output output;

    @Option(
            names = "--lane",
            defaultValue = "uml",
            description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    private Lane lane = Lane.UML;

    @Option(
            names = "--cuts",
            paramLabel = "N",
            defaultValue = "40",
            description = "Power cuts to make, at least (default: ${DEFAULT-VALUE}).")
    private int cuts;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description =
                    "Seed of the first device; the others follow by one (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(
            names = "--keep",
            description =
                    "Keep every device's folder with its disk and console, not only those that came to harm.")
    private boolean keep;

    @Option(
            names = "--folder",
            paramLabel = "DIR",
            description =
                    "Where releases, server and devices are kept (default: a new folder in the user's cache; removed at the end unless --keep, or a device came to harm).")
    private @Nullable Path folder;

    @Mixin private StoreOption storeOption;

    @Override
    public Integer call() throws IOException {
        Store store = storeOption.open();
        Files.createDirectories(store.folder());
        Path work =
                folder != null
                        ? Files.createDirectories(folder)
                        : Files.createTempDirectory(store.folder(), "torture-");
        try {
            TortureReport report = run(work.toAbsolutePath(), store);
            output.show(report.toJson(), () -> output.line(report.toTable()));
            boolean isWhole = report.bricks().isEmpty();
            if (isWhole && !keep && folder == null) Folders.delete(work);
            return isWhole ? 0 : BRICKED;
        } catch (RuntimeException | IOException failed) {
            output.err().println("what the torture made stays in " + work);
            throw failed;
        } finally {
            output.out().flush();
        }
    }

    private TortureReport run(Path work, Store store) throws IOException {
        var releases = new TortureReleases(work, store, this::say);
        Lock lock = releases.lock();
        Path factory = releases.build(TortureReleases.FACTORY, lock);
        Path target = releases.build(TortureReleases.TARGET, lock);
        var programs = new ToolRootQemu(ToolRoot.tools(lock, store, Progress.SILENT));
        Path shared = Files.createDirectories(work.resolve("shared"));
        TortureLane chosen = lane(lock, store, programs, List.of(factory, target), shared);
        var options =
                new TortureOptions(
                        cuts,
                        seed,
                        TortureReleases.FACTORY,
                        TortureReleases.TARGET,
                        TortureOptions.bytesNeeded(factory, target),
                        work.resolve("devices"),
                        programs,
                        keep,
                        this::say);
        try (var fleet = new DemoFleet(work.resolve("server"), Machine.HOST, POLL_SECONDS)) {
            fleet.start();
            fleet.publish(factory);
            fleet.publish(target);
            fleet.startRollout(TortureReleases.TARGET);
            say("torturing " + chosen.devices() + " devices at a time; seeds from " + seed);
            return new Torture(chosen, fleet, options).run();
        }
    }

    private TortureLane lane(
            Lock lock, Store store, ToolRootQemu programs, List<Path> releases, Path shared)
            throws IOException {
        return switch (lane) {
            case UML ->
                    UmlLane.prepare(
                            releases,
                            UmlKernel.find(lock, store, Progress.SILENT),
                            programs,
                            shared);
            case QEMU -> {
                Acceleration acceleration =
                        KvmProbe.chooseFor(
                                programs, releases.getFirst().resolve("boot.img"), store.folder());
                yield QemuLane.prepare(releases.getFirst(), programs, acceleration, shared);
            }
        };
    }

    private void say(String line) {
        PrintWriter out = output.isJson() ? output.err() : output.out();
        out.println(line);
        out.flush();
    }
}
