// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.lab;

import dev.evenkeel.core.Manifest;
import dev.evenkeel.core.Payload;
import dev.evenkeel.core.Version;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/// The whole chain in front of an audience: a device takes an update while its power is cut twice,
/// refuses two bad releases by itself, and the server tells the truth about it. One method for each
/// step, in order.
public final class Demo {
    private static final String DATA_PATH = "/demo/precious.txt";
    private static final Duration TO_ENROL = Duration.ofMinutes(10);
    private static final Duration TO_MAKE_DELTAS = Duration.ofMinutes(15);
    private static final Duration TO_WRITE = Duration.ofMinutes(15);
    private static final Duration TO_SETTLE = Duration.ofMinutes(20);
    private static final Duration TO_STOP = Duration.ofMinutes(3);
    private static final Duration INTO_TRIAL = Duration.ofMinutes(2);

    private final DemoReleases releases;
    private final DemoServer server;
    private final DemoOptions options;
    private final Map<Version, Path> built = new HashMap<>();
    private final List<DemoResult.Rollback> rollbacks = new ArrayList<>();
    private int powerCuts;
    private long bytesNeeded;
    private long bytesByChunks;
    private long bytesFull;

    public Demo(DemoReleases releases, DemoServer server, DemoOptions options) {
        this.releases = releases;
        this.server = server;
        this.options = options;
    }

    /// Runs every step; ends the device, and leaves the server to whoever made it.
    ///
    /// @throws LabFailure when a step did not show what it should, with the place of the serial log
    public DemoResult run() throws IOException {
        long start = System.nanoTime();
        buildReleases();
        startServer();
        Path disk = makeDevice();
        DemoResult result;
        try (Machine machine = switchOn(disk)) {
            var watch = new DemoWatch(server, machine, options.out());
            bootFactoryRelease(watch);
            cutWhileWriting(machine, watch);
            cutDuringTrial(machine, watch);
            endOnGoodRelease(watch);
            refuse(DemoReleases.UNHEALTHY, watch);
            refuse(DemoReleases.DEAD, watch);
            DemoDevice device = latest();
            if (options.keep()) {
                watch.say("server and device stay up. Console: " + server.console());
                options.whileKept().run();
            }
            watch.say("switching the device off");
            machine.powerOff(TO_STOP);
            result =
                    new DemoResult(
                            DemoReleases.ALL.stream().map(Version::text).toList(),
                            device.running().orElseThrow().release().text(),
                            powerCuts,
                            rollbacks,
                            device.payloadBytesServed(),
                            bytesNeeded,
                            bytesByChunks,
                            bytesFull,
                            false,
                            machine.cpuSeconds(),
                            0);
        }
        return finished(result, dataIsIntact(disk), (System.nanoTime() - start) / 1e9);
    }

    private void buildReleases() throws IOException {
        for (Version release : DemoReleases.ALL) {
            tell("building release " + release);
            built.put(release, releases.build(release, line -> tell("  " + line)));
        }
    }

    private void startServer() throws IOException {
        server.start();
        tell("the server runs. Console: " + server.console());
        server.publish(folder(DemoReleases.FACTORY));
    }

    private Path makeDevice() throws IOException {
        Path disk = options.folder().resolve("disk.img");
        tell("making the device's disk from release " + DemoReleases.FACTORY);
        Provisioner.copyDisk(folder(DemoReleases.FACTORY).resolve("disk.img"), disk);
        Provisioner.provision(disk, server.provisioning());
        Path precious = options.folder().resolve("precious.txt");
        Files.write(precious, preciousData());
        new Provisioner(options.qemu()).putDataFile(disk, precious, DATA_PATH);
        return disk;
    }

    private Machine switchOn(Path disk) throws IOException {
        tell("switching the device on, by " + options.acceleration());
        return Machine.start(
                MachineOptions.reference(options.folder(), disk, options.qemu())
                        .withAcceleration(options.acceleration()));
    }

    private void bootFactoryRelease(DemoWatch watch) throws IOException {
        watch.untilDevice(
                "the device to enrol and run " + DemoReleases.FACTORY,
                TO_ENROL,
                device -> device.hasCommitted(DemoReleases.FACTORY));
        watch.say("the device runs " + DemoReleases.FACTORY);
    }

    /// Cuts when 40 % of the images have gone to the disk since the rollout began, and the disk
    /// holds writes that it has not been told to keep. The disk is asked, not the device, whose
    /// word comes seconds late.
    private void cutWhileWriting(Machine machine, DemoWatch watch) throws IOException {
        long written = machine.disk().counters().bytesWritten();
        long images = imageBytes(DemoReleases.GOOD);
        rollOut(DemoReleases.GOOD, watch);
        watch.untilDisk(
                "40 % of " + DemoReleases.GOOD + " to be written",
                TO_WRITE,
                () ->
                        machine.disk().counters().bytesWritten() - written >= images * 2 / 5
                                && machine.disk().unflushedBytes() > 0);
        requireStillWriting(latest(), watch);
        cut(machine, watch, "while " + DemoReleases.GOOD + " is being written");
        machine.powerOn();
    }

    private static void requireStillWriting(DemoDevice device, DemoWatch watch) {
        device.update(DemoReleases.GOOD)
                .filter(update -> update.hasEnded() || update.is("rebooting"))
                .ifPresent(update -> {
                    throw new LabFailure(
                            "expected the device to be writing "
                                    + DemoReleases.GOOD
                                    + ", found "
                                    + update);
                });
        watch.say("the device is writing: " + device);
    }

    private long imageBytes(Version release) throws IOException {
        Manifest manifest =
                Manifest.read(Files.readAllBytes(folder(release).resolve("manifest.json")));
        return manifest.payloads().stream().mapToLong(Payload::sizeBytes).sum();
    }

    private void cutDuringTrial(Machine machine, DemoWatch watch) throws IOException {
        int mark = machine.events().size();
        MachineEvent trial =
                watch.untilEvent(
                        "the trial boot of " + DemoReleases.GOOD, TO_WRITE, mark, Demo::isTrial);
        BootChoice choice = ((MachineEvent.Booting) trial).choice();
        watch.say("trial boot: " + choice);
        awaitKernelOf(choice, machine, watch);
        watch.untilDisk(
                "writes of the new release", INTO_TRIAL, () -> machine.disk().unflushedBytes() > 0);
        cut(machine, watch, "during the trial boot of " + DemoReleases.GOOD);
        machine.powerOn();
    }

    /// Well into the boot, so that the new release runs; far from the end of its health checks.
    private static void awaitKernelOf(BootChoice choice, Machine machine, DemoWatch watch) {
        try {
            var mounted = Pattern.compile("evenkeel: slot " + choice.slot());
            watch.say(machine.awaitSerial(mounted, INTO_TRIAL).text());
        } catch (AwaitTimedOut slow) {
            watch.say("the new release says nothing yet");
        }
    }

    private static boolean isTrial(MachineEvent event) {
        return event instanceof MachineEvent.Booting boot && boot.choice().trial();
    }

    private void cut(Machine machine, DemoWatch watch, String when) throws IOException {
        watch.say("CUTTING THE POWER " + when);
        watch.say(machine.cutPower(options.seed() + powerCuts).toString());
        powerCuts++;
    }

    private void endOnGoodRelease(DemoWatch watch) throws IOException {
        DemoDevice device =
                watch.untilDevice(
                        "the device to commit " + DemoReleases.GOOD,
                        TO_SETTLE,
                        d ->
                                d.update(DemoReleases.GOOD)
                                        .filter(DemoDevice.Update::hasEnded)
                                        .filter(u ->
                                                !u.is("succeeded")
                                                        || d.hasCommitted(DemoReleases.GOOD))
                                        .isPresent());
        DemoDevice.Update update = device.update(DemoReleases.GOOD).orElseThrow();
        if (!update.is("succeeded") || !device.hasCommitted(DemoReleases.GOOD)) {
            throw new LabFailure(
                    "expected "
                            + DemoReleases.GOOD
                            + " to succeed, found "
                            + update
                            + "; "
                            + device);
        }
        watch.say(DemoReleases.GOOD + " succeeded, evidence: " + update.evidence());
    }

    /// A bad release: the device has to come back to the good one by itself.
    private void refuse(Version bad, DemoWatch watch) throws IOException {
        int mark = watch.mark();
        rollOut(bad, watch);
        DemoDevice device =
                watch.untilDevice(
                        "the device to refuse " + bad + " and come back",
                        TO_SETTLE,
                        d ->
                                d.update(bad).filter(DemoDevice.Update::hasEnded).isPresent()
                                        && d.hasCommitted(DemoReleases.GOOD));
        DemoDevice.Update update = device.update(bad).orElseThrow();
        long attempts = watch.since(mark).stream().filter(Demo::isTrial).count();
        if (!update.is("rolled_back") || attempts < 1 || attempts > 3) {
            throw new LabFailure(
                    "expected "
                            + bad
                            + " to be rolled back after one to three attempts, found "
                            + attempts
                            + " and "
                            + update);
        }
        watch.say(bad + " rolled back after " + attempts + " attempts: " + update.reason());
        rollbacks.add(new DemoResult.Rollback(bad.text(), update.reason()));
    }

    private void rollOut(Version release, DemoWatch watch) throws IOException {
        Version running = latest().running().orElseThrow().release();
        watch.say("publishing " + release + "; the server makes the deltas from " + running);
        server.publish(folder(release));
        DemoServer.StepCost cost = server.awaitDeltas(running, release, TO_MAKE_DELTAS);
        bytesNeeded += cost.bytes();
        bytesByChunks += cost.chunkBytes();
        bytesFull += cost.fullBytes();
        watch.say(
                String.format(
                        Locale.ROOT,
                        "rolling %s out: %,d bytes by deltas; %,d by chunks, %,d by full images",
                        release,
                        cost.bytes(),
                        cost.chunkBytes(),
                        cost.fullBytes()));
        server.startRollout(release);
    }

    private DemoDevice latest() throws IOException {
        return server.device().map(DemoDevice::read).orElseThrow();
    }

    private Path folder(Version release) {
        return Optional.ofNullable(built.get(release)).orElseThrow();
    }

    private boolean dataIsIntact(Path disk) throws IOException {
        Optional<byte[]> found = new Provisioner(options.qemu()).readDataFile(disk, DATA_PATH);
        return found.isPresent() && Arrays.equals(found.get(), preciousData());
    }

    private static byte[] preciousData() {
        return "This belongs to the user.\n".repeat(40_000).getBytes(StandardCharsets.UTF_8);
    }

    private static DemoResult finished(DemoResult result, boolean dataIntact, double seconds) {
        return new DemoResult(
                result.releases(),
                result.finalRelease(),
                result.powerCuts(),
                result.rollbacks(),
                result.bytesDownloaded(),
                result.bytesNeeded(),
                result.bytesByChunks(),
                result.bytesFull(),
                dataIntact,
                result.cpuSeconds(),
                seconds);
    }

    private void tell(String line) {
        options.out().accept(line);
    }
}
