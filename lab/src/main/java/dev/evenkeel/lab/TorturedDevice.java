// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.lab;

import dev.evenkeel.boot.DiskSlice;
import dev.evenkeel.boot.Gpt;
import dev.evenkeel.boot.Region;
import dev.evenkeel.boot.StatePartition;
import dev.evenkeel.core.Limits;
import dev.evenkeel.core.json.JsonObject;
import dev.evenkeel.core.json.StrictJson;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/// One device in the hands of a torturer: it comes up, enrols and updates, its power is cut as the
/// plan says, and nobody helps it. In the end it runs the new release, or the old one and says so,
/// and all that was the user's is where it was.
final class TorturedDevice {
    private static final long LOOK_MILLIS = 20;
    private static final long ASK_NANOS = 400_000_000L;

    private final DeviceUnderTest device;
    private final TortureServer server;
    private final TortureOptions options;
    private final TortureLane lane;
    private final CutPlan plan;
    private final Gpt table;
    private final List<TortureResult.Cut> cuts = new ArrayList<>();
    private final long startNanos = System.nanoTime();
    private long quietSince = System.nanoTime();
    private long cutAt;
    private String bootBeforeCut = "";
    private double slowestRecovery;
    private Optional<String> id = Optional.empty();
    private int cutsAfterArming;

    TorturedDevice(
            DeviceUnderTest device,
            TortureServer server,
            TortureOptions options,
            TortureLane lane,
            CutPlan plan)
            throws IOException {
        this.device = device;
        this.server = server;
        this.options = options;
        this.lane = lane;
        this.plan = plan;
        table = Gpt.read(device.disk());
    }

    /// Until it has come to rest.
    TortureResult run() throws IOException {
        try {
            DemoDevice rested = untilAtRest();
            device.cutPower(plan.seed());
            identityMustBeTheSame();
            noBootMayHaveFoundDataBroken();
            new Aftermath(device, options, cuts.size(), cutsAfterArming).mustHold(rested);
            DemoDevice.Update update = rested.update(options.target()).orElseThrow();
            boolean succeeded = update.is("succeeded");
            return result(
                    succeeded ? TortureResult.Outcome.COMMITTED : TortureResult.Outcome.ROLLED_BACK,
                    succeeded ? update.evidence() : update.reason(),
                    rested.payloadBytesServed());
        } catch (BrokenPromise broken) {
            return result(TortureResult.Outcome.BRICK, String.valueOf(broken.getMessage()), 0);
        }
    }

    private DemoDevice untilAtRest() throws IOException {
        Iterator<CutPlan.Cut> next = plan.cuts().iterator();
        Optional<CutPoint> armed = switchOn(next);
        long askedAt = 0;
        while (true) {
            pause();
            if (!device.disk().isPowered()) {
                suffered(armed.orElseThrow());
                armed = switchOn(next);
                continue;
            }
            device.requireSound();
            if (System.nanoTime() - askedAt > ASK_NANOS) {
                askedAt = System.nanoTime();
                Optional<DemoDevice> atRest = look();
                if (atRest.isPresent()) return atRest.get();
            }
            if (System.nanoTime() - quietSince > lane.patience().toNanos()) throw stuck();
        }
    }

    /// With the next cut armed, if there is one.
    private Optional<CutPoint> switchOn(Iterator<CutPlan.Cut> cutsLeft) throws IOException {
        Optional<CutPoint> armed = Optional.empty();
        device.disk().powerOn();
        if (cutsLeft.hasNext()) {
            CutPlan.Cut cut = cutsLeft.next();
            device.disk().cutWhen(cut.point().trap(table), cut.seed());
            armed = Optional.of(cut.point());
        }
        quietSince = System.nanoTime();
        device.powerOn();
        return armed;
    }

    private void suffered(CutPoint where) throws IOException {
        if (hasBeenOnTrial()) cutsAfterArming++;
        PowerCut cut = device.cutPower(0);
        cuts.add(new TortureResult.Cut(where, cut));
        if (cutAt == 0) cutAt = System.nanoTime();
        identityMustBeTheSame();
        noBootMayHaveFoundDataBroken();
    }

    private void noBootMayHaveFoundDataBroken() {
        device.serial().lines().stream()
                .filter(line -> line.text().contains("data broken"))
                .findFirst()
                .ifPresent(line -> {
                    throw new BrokenPromise("a boot found the data partition broken: " + line);
                });
    }

    private boolean hasBeenOnTrial() {
        return device.events().stream()
                .anyMatch(e -> e instanceof MachineEvent.Booting boot && boot.choice().trial());
    }

    /// What the server says, when that is the end of it.
    private Optional<DemoDevice> look() throws IOException {
        if (id.isEmpty()) id = enrolledAs();
        if (id.isEmpty()) return Optional.empty();
        Optional<JsonObject> json = server.device(id.get());
        if (json.isEmpty()) return Optional.empty();
        noteRecovery(json.get().optionalText("boot_id").orElse(""));
        DemoDevice seen = DemoDevice.read(json.get());
        Optional<DemoDevice.Update> update = seen.update(options.target());
        if (update.isEmpty() || !update.get().hasEnded()) return Optional.empty();
        if (update.get().is("succeeded")) {
            return seen.hasCommitted(options.target()) ? Optional.of(seen) : Optional.empty();
        }
        if (!update.get().is("rolled_back")) {
            throw new BrokenPromise("power cuts made the update fail: " + update.get());
        }
        return seen.hasCommitted(options.factory()) ? Optional.of(seen) : Optional.empty();
    }

    private void noteRecovery(String boot) {
        if (cutAt != 0 && !boot.equals(bootBeforeCut)) {
            slowestRecovery = Math.max(slowestRecovery, (System.nanoTime() - cutAt) / 1e9);
            cutAt = 0;
        }
        if (cutAt == 0) bootBeforeCut = boot;
    }

    /// The device's name as its own disk has it; empty until it has enrolled.
    private Optional<String> enrolledAs() throws IOException {
        try (DiskSlice state = DiskSlice.partition(device.disk(), "state")) {
            return new StatePartition(state)
                    .read(Region.IDENTITY)
                    .map(bytes -> StrictJson.parseObject(bytes, Limits.MESSAGE_BYTES))
                    .flatMap(identity -> identity.optionalText("name"))
                    .map(name -> name.substring(name.lastIndexOf(':') + 1));
        } catch (PowerIsOff cut) {
            return Optional.empty();
        }
    }

    private void identityMustBeTheSame() throws IOException {
        if (id.isEmpty()) return;
        device.disk().powerOn();
        Optional<String> found = enrolledAs();
        if (!found.equals(id)) {
            throw new BrokenPromise("the device was " + id.get() + ", its disk now says " + found);
        }
    }

    private BrokenPromise stuck() throws IOException {
        Optional<JsonObject> said = id.isEmpty() ? Optional.empty() : server.device(id.get());
        return new BrokenPromise(
                "left in peace for "
                        + lane.patience().toMinutes()
                        + " minutes, the device has not come to rest. The server says: "
                        + said.map(DemoDevice::read).map(Object::toString).orElse("never enrolled")
                        + ". Last lines of its console:\n  "
                        + String.join("\n  ", device.serial().tail(12)));
    }

    private TortureResult result(TortureResult.Outcome outcome, String why, long served) {
        int boots =
                (int)
                        device.events().stream()
                                .filter(MachineEvent.Booting.class::isInstance)
                                .count();
        return new TortureResult(
                plan.seed(),
                outcome,
                why,
                cuts,
                boots,
                device.kernelFlushes(),
                served,
                slowestRecovery,
                device.cpuSeconds(),
                (System.nanoTime() - startNanos) / 1e9);
    }

    private static void pause() {
        try {
            Thread.sleep(LOOK_MILLIS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new LabFailure("the torture was interrupted", interrupted);
        }
    }
}
