// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.cli;

import dev.evenkeel.content.Folders;
import dev.evenkeel.image.lock.Store;
import dev.evenkeel.image.process.Progress;
import dev.evenkeel.image.tool.ToolRoot;
import dev.evenkeel.lab.Acceleration;
import dev.evenkeel.lab.Demo;
import dev.evenkeel.lab.DemoOptions;
import dev.evenkeel.lab.DemoReleases;
import dev.evenkeel.lab.DemoResult;
import dev.evenkeel.lab.KvmProbe;
import dev.evenkeel.lab.Machine;
import dev.evenkeel.lab.QemuCommand;
import dev.evenkeel.lab.ToolRootQemu;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `evenkeel demo`: the whole chain, before your eyes.
@Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        description = {
            "Builds four releases, serves them, boots a virtual device, updates it while its power is cut twice, and breaks two releases on purpose: the device comes back by itself each time.",
            "",
            "Takes some minutes where KVM works, and about a quarter of an hour by emulation. With --json the last line of the output is one JSON object."
        })
final class DemoCommand implements Callable<Integer> {
    private static final int POLL_SECONDS = 10;

    /// OpenSSL's packages: what trixie-security has of them comes with 1.1, and nothing else of it.
    private static final Set<String> SECURITY_UPDATE =
            Set.of("libssl3t64", "openssl", "openssl-provider-legacy");

    @Mixin private Output output;

    @Option(names = "--keep", description = "Leave server and device up at the end, until Ctrl-C.")
    private boolean keep;

    @Option(
            names = "--folder",
            paramLabel = "DIR",
            description =
                    "Where releases, server and device are kept (default: a new folder in the user's cache; removed at the end unless --keep).")
    private @Nullable Path folder;

    @Mixin private StoreOption storeOption;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "Seed of what the power cuts destroy (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Override
    public Integer call() throws IOException {
        Store store = storeOption.open();
        Files.createDirectories(store.folder());
        Path work =
                folder != null
                        ? Files.createDirectories(folder)
                        : Files.createTempDirectory(store.folder(), "demo-");
        try {
            DemoResult result = run(work.toAbsolutePath(), store);
            output.show(result.toJson(), () -> output.line(result.toTable()));
            return result.dataIntact() && result.finalRelease().equals("1.1") ? 0 : Faults.REFUSED;
        } catch (RuntimeException | IOException failed) {
            output.err().println("what the demo made stays in " + work);
            throw failed;
        } finally {
            output.out().flush();
        }
    }

    private DemoResult run(Path work, Store store) throws IOException {
        PrintWriter out = output.isJson() ? output.err() : output.out();
        var releases =
                new BuiltReleases(Checkout.examples().resolve("demo"), work, store)
                        .updating(DemoReleases.GOOD, SECURITY_UPDATE);
        say(out, "building release " + DemoReleases.FACTORY);
        Path factory = releases.build(DemoReleases.FACTORY, line -> say(out, "  " + line));
        QemuCommand qemu =
                new ToolRootQemu(ToolRoot.tools(releases.lock(), store, Progress.SILENT));
        Acceleration acceleration =
                KvmProbe.chooseFor(qemu, factory.resolve("boot.img"), store.folder());
        DemoResult result;
        try (var fleet = new DemoFleet(work.resolve("server"), Machine.HOST, POLL_SECONDS, true)) {
            Path device = Files.createDirectories(work.resolve("device"));
            var options =
                    new DemoOptions(
                            device,
                            qemu,
                            acceleration,
                            seed,
                            keep,
                            () -> stay(out, fleet),
                            line -> say(out, line));
            result = new Demo(releases, fleet, options).run();
        }
        if (!keep && folder == null) Folders.delete(work);
        return result;
    }

    private void stay(PrintWriter out, DemoFleet fleet) {
        say(out, "operator token: " + fleet.operatorToken());
        say(out, "Ctrl-C ends it");
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
    }

    private static void say(PrintWriter out, String line) {
        out.println(line);
        out.flush();
    }
}
