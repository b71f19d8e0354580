// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.lab;

import dev.evenkeel.content.Folders;
import dev.evenkeel.core.message.Provisioning;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/// Cuts the power of real devices in the middle of real updates, hundreds of times, and looks
/// whether one of them stays down. Every device is new: it enrols, updates once, and its seed alone
/// decides when its power fails and what its disk loses.
public final class Torture {
    private final TortureLane lane;
    private final TortureServer server;
    private final TortureOptions options;
    private final long startNanos = System.nanoTime();
    private final List<TortureResult> results = new ArrayList<>();
    private final List<TortureReport.Brick> bricks = new ArrayList<>();
    private long nextSeed;
    private int cutsPlanned;
    private boolean isStopped;

    public Torture(TortureLane lane, TortureServer server, TortureOptions options) {
        this.lane = lane;
        this.server = server;
        this.options = options;
        this.nextSeed = options.seed();
    }

    /// Until the cuts are made.
    ///
    /// @throws LabFailure when the host's programs fail, or when no flush arrives at the disks
    public TortureReport run() throws IOException {
        try (ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor()) {
            var running = new ArrayList<Future<?>>();
            for (int i = 0; i < lane.devices(); i++) {
                running.add(workers.submit(this::work));
            }
            for (Future<?> worker : running) worker.get();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new LabFailure("the torture was interrupted", interrupted);
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof LabFailure known) throw known;
            throw new LabFailure("the torture failed: " + failed.getCause(), failed);
        }
        synchronized (this) {
            return new TortureReport(
                    lane.name(),
                    options.seed(),
                    options.bytesNeeded(),
                    results,
                    bricks,
                    (System.nanoTime() - startNanos) / 1e9);
        }
    }

    private Void work() throws IOException {
        try {
            for (var plan = next(); plan != null; plan = next()) {
                torture(plan);
            }
            return null;
        } catch (IOException | RuntimeException failed) {
            stop();
            throw failed;
        }
    }

    /// The others end with the device that they have.
    private synchronized void stop() {
        isStopped = true;
    }

    /// The next device's plan, unless those that run will make the cuts that are left.
    private synchronized @Nullable CutPlan next() {
        if (isStopped || cutsPlanned >= options.cuts()) return null;
        CutPlan plan = CutPlan.of(nextSeed++);
        cutsPlanned += plan.cuts().size();
        return plan;
    }

    private void torture(CutPlan plan) throws IOException {
        Path folder = options.folder().resolve("device-" + plan.seed());
        Provisioning provisioning = server.provisioning();
        TortureResult result;
        try (DeviceUnderTest device = lane.newDevice(folder, provisioning)) {
            result = new TorturedDevice(device, server, options, lane, plan).run();
            if (result.isBrick()) {
                device.cutPower(plan.seed());
                device.disk().powerOn();
                Provisioner.copyDisk(device.disk(), folder.resolve("brick.img"));
            }
        }
        took(plan, result, folder);
        if (!result.isBrick() && !options.keep()) Folders.delete(folder);
    }

    private synchronized void took(CutPlan plan, TortureResult result, Path folder)
            throws IOException {
        results.add(result);
        // cuts that were planned and never came are made up for
        cutsPlanned -= plan.cuts().size() - result.cuts().size();
        int cuts = results.stream().mapToInt(r -> r.cuts().size()).sum();
        options.out()
                .accept(
                        String.format(
                                Locale.ROOT,
                                "%4d of %d cuts; device %d %s: %s; %d boots, %d flushes, %.0f s",
                                cuts,
                                options.cuts(),
                                result.seed(),
                                inWords(result),
                                result.cuts().isEmpty() ? "no cut came" : result.cuts(),
                                result.boots(),
                                result.kernelFlushes(),
                                result.seconds()));
        if (!result.isBrick()) return;
        bricks.add(new TortureReport.Brick(result.seed(), result.why(), folder));
        Files.writeString(folder.resolve("why.txt"), plan + "\n" + result.why() + "\n");
        options.out().accept("     BRICK: " + result.why());
    }

    private static String inWords(TortureResult result) {
        return switch (result.outcome()) {
            case COMMITTED -> "committed";
            case ROLLED_BACK -> "rolled back (" + result.why() + ")";
            case BRICK -> "BRICKED";
        };
    }
}
