// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.checks;

import dev.evenkeel.boot.BootRecordStore;
import dev.evenkeel.cli.BuiltReleases;
import dev.evenkeel.cli.DemoFleet;
import dev.evenkeel.core.Version;
import dev.evenkeel.core.json.JsonObject;
import dev.evenkeel.image.lock.Store;
import dev.evenkeel.image.process.Progress;
import dev.evenkeel.image.tool.ToolRoot;
import dev.evenkeel.lab.Acceleration;
import dev.evenkeel.lab.BootChoice;
import dev.evenkeel.lab.DemoDevice;
import dev.evenkeel.lab.DemoServer;
import dev.evenkeel.lab.DeviceShell;
import dev.evenkeel.lab.KvmProbe;
import dev.evenkeel.lab.Machine;
import dev.evenkeel.lab.MachineEvent;
import dev.evenkeel.lab.MachineOptions;
import dev.evenkeel.lab.Provisioner;
import dev.evenkeel.lab.QemuCommand;
import dev.evenkeel.lab.ToolRootQemu;
import dev.evenkeel.lab.VolatileDisk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/// The stage of the scenario tests: one real server, one virtual device with real firmware, kernel
/// and agent, and releases built from `src/test/devices`. Its story can be kept and gone back to.
final class Scene implements AutoCloseable {
    static final Version FACTORY = new Version("1.0");
    static final Version GOOD = new Version("1.1");

    /// One attempt, 240 seconds.
    static final Version HASTY = new Version("1.2");

    /// Its init hangs.
    static final Version DEAD = new Version("1.3");

    /// Far longer than anything takes on a busy machine by emulation.
    static final Duration PATIENCE = Duration.ofMinutes(Integer.getInteger("patience.minutes", 12));

    private static final long POLL_MILLIS = 250;
    private static final int POLL_SECONDS = 4;
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

    private final Path folder;
    private final BuiltReleases releases;
    private final DemoFleet fleet;
    private final QemuCommand qemu;
    private final Acceleration acceleration;
    private Optional<Machine> machine = Optional.empty();
    private int mark;

    /// A new device that was flashed with `factory` of the blueprints in `devices` and knows its
    /// server, switched off.
    static Scene open(Path folder, String devices, Version factory) throws IOException {
        return new Scene(folder, ROOT.resolve("checks/src/test").resolve(devices), factory, false);
    }

    /// The same, with a server that makes deltas.
    static Scene openWithDeltas(Path folder, String devices, Version factory) throws IOException {
        return new Scene(folder, ROOT.resolve("checks/src/test").resolve(devices), factory, true);
    }

    private Scene(Path folder, Path blueprints, Version factory, boolean makesDeltas)
            throws IOException {
        if (Files.exists(folder)) delete(folder);
        this.folder = Files.createDirectories(folder.toAbsolutePath());
        Store store = Store.standard();
        Files.createDirectories(store.folder());
        releases = new BuiltReleases(blueprints, folder, store);
        Path release = releases.build(factory, Scene::say);
        qemu = new ToolRootQemu(ToolRoot.tools(releases.lock(), store, Progress.SILENT));
        acceleration = KvmProbe.chooseFor(qemu, release.resolve("boot.img"), store.folder());
        fleet = new DemoFleet(folder.resolve("server"), Machine.HOST, POLL_SECONDS, makesDeltas);
        fleet.start();
        fleet.publish(release);
        Provisioner.copyDisk(release.resolve("disk.img"), disk());
        Provisioner.provision(disk(), fleet.provisioning());
    }

    /// Builds and publishes a release.
    void publish(Version release) throws IOException {
        fleet.publish(releases.build(release, Scene::say));
    }

    /// Waits until the server has the deltas between two releases, of which the device runs one.
    DemoServer.StepCost awaitDeltas(Version from, Version to) throws IOException {
        DemoServer.StepCost cost = fleet.awaitDeltas(from, to, PATIENCE);
        say("from " + from + " to " + to + ": " + cost);
        return cost;
    }

    /// Tells the device to update.
    void rollOut(Version release) throws IOException {
        fleet.startRollout(release);
    }

    Path disk() {
        return folder.resolve("disk.img");
    }

    QemuCommand programs() {
        return qemu;
    }

    Damage damage() {
        if (machine.filter(Machine::isOn).isPresent()) {
            throw new IllegalStateException("switch the device off first");
        }
        return new Damage(disk());
    }

    /// Switches on, with the host's time on its clock.
    void switchOn() throws IOException {
        switchOn(Optional.empty());
    }

    void switchOn(Instant clock) throws IOException {
        switchOn(Optional.of(clock));
    }

    private void switchOn(Optional<Instant> clock) throws IOException {
        removeMachine();
        say("on" + clock.map(time -> ", its clock at " + time).orElse(""));
        machine =
                Optional.of(
                        Machine.start(
                                MachineOptions.reference(folder.resolve("device"), disk(), qemu)
                                        .withAcceleration(acceleration)
                                        .withExtras(new MachineOptions.Extras(clock, true))));
        mark = 0;
    }

    Machine machine() {
        return machine.orElseThrow();
    }

    /// Cuts the power: what the disk did not flush is lost, reordered or torn.
    void cutPower(long seed) throws IOException {
        say(machine().cutPower(seed).toString());
    }

    /// Shuts the device down in order.
    void switchOff() throws IOException {
        if (!machine().powerOff(PATIENCE)) throw new AssertionError("the device does not stop");
    }

    private void removeMachine() throws IOException {
        if (machine.isPresent()) machine.get().close();
        machine = Optional.empty();
    }

    /// What the boot script chose next, since the last one that was asked for.
    BootChoice awaitBoot() {
        List<MachineEvent> seen = machine().events();
        while (true) {
            for (int i = mark; i < seen.size(); i++) {
                if (seen.get(i) instanceof MachineEvent.Booting booting) {
                    mark = i + 1;
                    say("boots " + booting.choice());
                    return booting.choice();
                }
            }
            int known = seen.size();
            machine()
                    .awaitEvent(
                            "a boot",
                            _ -> machine().events().size() > known || !machine().isOn(),
                            PATIENCE);
            seen = machine().events();
        }
    }

    /// Waits until the device has written `bytes` from now on, and its disk holds some that it was
    /// not told to keep.
    void awaitWriting(long bytes) throws InterruptedException {
        awaitWritten(machine().disk().counters().bytesWritten() + bytes);
    }

    /// Waits until the running device has written so much in all, and is about to write more.
    void awaitWritten(long enough) throws InterruptedException {
        VolatileDisk disk = machine().disk();
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (disk.counters().bytesWritten() < enough || disk.unflushedBytes() == 0) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("the device does not write: " + disk.counters());
            }
            Thread.sleep(1);
        }
    }

    /// Waits until the running device has left such boot records on its disk.
    void awaitBootRecords(Predicate<BootRecordStore.Loaded> wanted) throws Exception {
        BootRecordStore records = Damage.records(machine().disk());
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!wanted.test(records.load())) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("the boot records stay " + records.load());
            }
            Thread.sleep(POLL_MILLIS);
        }
    }

    /// Waits for the root shell of the next boot.
    DeviceShell awaitShell() {
        machine().shell().awaitReady(PATIENCE);
        return machine().shell();
    }

    /// Runs a command in the device.
    DeviceShell.Answer run(String command) throws IOException {
        DeviceShell.Answer answer = machine().shell().run(command, PATIENCE);
        say("$ " + command + " -> " + answer);
        return answer;
    }

    /// Waits, inside the device, until a file has a line that matches.
    void awaitFile(String path, String pattern) throws IOException {
        machine()
                .shell()
                .run("until grep -qs '" + pattern + "' " + path + "; do sleep 0.2; done", PATIENCE);
        say(path + " says " + pattern);
    }

    /// What the server says about the device.
    DemoDevice device() throws IOException {
        return DemoDevice.read(fleet.device().orElseThrow());
    }

    JsonObject condition() throws IOException {
        return fleet.device().orElseThrow().object("condition");
    }

    /// Waits until the server says something about the device.
    DemoDevice awaitDevice(String what, Predicate<DemoDevice> wanted) throws Exception {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        Optional<JsonObject> known;
        do {
            known = fleet.device();
            Optional<DemoDevice> device = known.map(DemoDevice::read).filter(wanted);
            if (device.isPresent()) {
                say(what + ": " + device.get());
                return device.get();
            }
            Thread.sleep(POLL_MILLIS);
        } while (System.nanoTime() < deadline);
        throw new AssertionError(
                "waited in vain for "
                        + what
                        + "; the server says "
                        + known
                        + "; the device says\n"
                        + String.join("\n", machine().serial().tail(12)));
    }

    DemoDevice awaitCommitted(Version release) throws Exception {
        return awaitDevice(release + " committed", d -> d.hasCommitted(release));
    }

    DemoDevice.Update awaitEnd(Version release) throws Exception {
        return awaitDevice(
                        "the end of the update to " + release,
                        d -> d.update(release).filter(DemoDevice.Update::hasEnded).isPresent())
                .update(release)
                .orElseThrow();
    }

    void stopServer() {
        fleet.close();
    }

    void startServer() throws IOException {
        fleet.start();
    }

    /// Keeps server and disk as they are now; the device has to be off.
    void keep(String name) throws IOException {
        removeMachine();
        fleet.close();
        Path kept = Files.createDirectory(folder.resolve(name));
        copy(folder.resolve("server"), kept.resolve("server"));
        Provisioner.copyDisk(disk(), kept.resolve("disk.img"));
        fleet.start();
    }

    /// Goes back to what was kept; the device is off then.
    void goBackTo(String name) throws IOException {
        removeMachine();
        fleet.close();
        delete(folder.resolve("server"));
        copy(folder.resolve(name).resolve("server"), folder.resolve("server"));
        Provisioner.copyDisk(folder.resolve(name).resolve("disk.img"), disk());
        fleet.start();
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> tree = Files.walk(from)) {
            for (Path path : tree.toList()) {
                Path target = to.resolve(from.relativize(path).toString());
                // with its mode: the server refuses keys that others may read
                Files.copy(path, target, StandardCopyOption.COPY_ATTRIBUTES);
            }
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> tree = Files.walk(folder)) {
            for (Path path : tree.toList().reversed()) Files.delete(path);
        }
    }

    static void say(String line) {
        System.out.println("scene: " + line);
    }

    @Override
    public void close() throws IOException {
        removeMachine();
        fleet.close();
    }
}
