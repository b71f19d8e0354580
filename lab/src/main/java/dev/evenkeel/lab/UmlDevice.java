// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.lab;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A virtual device of user-mode Linux: a real Linux kernel with real filesystems and the slot's
/// own system, as a process of the host at the host's speed. [BootModel] stands for its firmware,
/// each time that the machine starts; it has no watchdog. Its drive is a [VolatileDisk], over NBD
/// and vhost-user.
///
/// Methods that switch power are for one thread at a time; the rest is safe for several.
public final class UmlDevice implements DeviceUnderTest {
    private static final Duration TO_OFFER = Duration.ofSeconds(20);

    /// A firmware that finds the slot unusable resets the machine; ours does so that often.
    private static final int BOOTS_PER_POWER_ON = 50;

    private final UmlMachine machine;
    private final Path folder;
    private final VolatileDisk disk;
    private final BootModel bootloader;
    private final SocketFolder sockets;
    private final NbdServer nbd;
    private final UmlNetwork network;
    private final SerialLog serial;
    private final EventLog events = new EventLog();

    /// Guards the processes and whether there may be any.
    private final Object parts = new Object();

    private final Thread hook = new Thread(this::killQuietly, "lab device ends");
    private @Nullable Thread runner;
    private @Nullable GuestProcess drive;
    private @Nullable GuestProcess linux;
    private volatile @Nullable RuntimeException fault;
    private volatile boolean on;
    private int powerOns;
    private double earlierCpuSeconds;

    /// A device that is off.
    ///
    /// @param folder takes `serial.log` and the logs of its parts
    /// @param disk is closed with the device
    static UmlDevice switchedOff(UmlMachine machine, Path folder, VolatileDisk disk)
            throws IOException {
        return new UmlDevice(machine, folder, disk);
    }

    private UmlDevice(UmlMachine machine, Path folder, VolatileDisk disk) throws IOException {
        this.machine = machine;
        this.folder = Files.createDirectories(folder);
        this.disk = disk;
        bootloader = new BootModel(disk, machine.known());
        sockets = SocketFolder.create();
        nbd = NbdServer.start(disk, sockets.socket("disk"));
        network = UmlNetwork.start(machine.programs(), folder.resolve("network.log"));
        serial = new SerialLog(folder.resolve("serial.log"), _ -> {});
        Runtime.getRuntime().addShutdownHook(hook);
    }

    @Override
    public synchronized void powerOn() throws IOException {
        if (on) throw new IllegalStateException("the device is on already");
        awaitRunner();
        disk.powerOn();
        powerOns++;
        serial.startPowerOn(powerOns, System.nanoTime());
        events.add(new MachineEvent.PoweredOn(powerOns, 0));
        on = true;
        runner = Thread.ofVirtual().name("uml device").start(this::run);
    }

    /// From power-on to the end of power: one boot after the other.
    private void run() {
        try {
            for (int i = 0; on && i < BOOTS_PER_POWER_ON; i++) {
                if (i > 0) {
                    events.add(new MachineEvent.Restarted(powerOns, serial.seconds(), true));
                }
                bootOnce();
            }
        } catch (PowerIsOff cutWhileBooting) {
            serial.note("the power failed in the bootloader");
        } catch (IOException failed) {
            fault = new LabFailure("the device's machine failed: " + failed.getMessage(), failed);
        } catch (LabFailure | BrokenPromise failed) {
            fault = failed;
        }
    }

    private void bootOnce() throws IOException {
        BootModel.Boot boot = bootloader.boot();
        events.add(new MachineEvent.Booting(powerOns, serial.seconds(), boot.choice()));
        serial.note(boot.choice() + ": release " + boot.files().release());
        Path socket = sockets.socket("drive-" + events.all().size());
        Optional<Process> started = start(boot, socket);
        if (started.isEmpty()) return;
        listen(started.get());
        started.get().onExit().join();
        endParts();
        Files.deleteIfExists(socket);
    }

    /// Starts the parts, unless the power has gone meanwhile.
    private Optional<Process> start(BootModel.Boot boot, Path socket) throws IOException {
        synchronized (parts) {
            if (!on) return Optional.empty();
            drive =
                    GuestProcess.logged(
                            machine.drive(nbd.socket(), socket), folder.resolve("drive.log"));
        }
        awaitDrive(drive, socket);
        synchronized (parts) {
            if (!on) return Optional.empty();
            linux =
                    GuestProcess.talking(
                            machine.linux(boot, socket, network.argument()),
                            folder.resolve("linux.log"));
            return Optional.of(linux.process());
        }
    }

    private static void awaitDrive(GuestProcess drive, Path socket) throws IOException {
        long deadline = System.nanoTime() + TO_OFFER.toNanos();
        while (!Files.exists(socket)) {
            if (drive.awaitExit(Duration.ofMillis(2)) || System.nanoTime() > deadline) {
                throw new LabFailure("the drive was not offered. It said:\n" + drive.lastWords());
            }
        }
    }

    private void listen(Process process) {
        var buffer = new byte[4096];
        try (InputStream said = process.getInputStream()) {
            for (int count = said.read(buffer); count >= 0; count = said.read(buffer)) {
                serial.accept(buffer, count);
            }
        } catch (IOException killed) {
            System.getLogger(UmlDevice.class.getName())
                    .log(System.Logger.Level.DEBUG, "console ended: " + killed.getMessage());
        }
    }

    @Override
    public synchronized PowerCut cutPower(long seed) throws IOException {
        killQuietly();
        awaitRunner();
        nbd.hangUp();
        PowerCut cut = disk.cutUnlessOff(seed);
        events.add(new MachineEvent.PowerWasCut(powerOns, serial.seconds(), cut));
        serial.note(cut.toString());
        return cut;
    }

    private void killQuietly() {
        synchronized (parts) {
            on = false;
            endParts();
        }
    }

    private void endParts() {
        synchronized (parts) {
            if (linux != null) {
                linux.kill();
                earlierCpuSeconds += linux.cpuSeconds();
            }
            if (drive != null) {
                drive.kill();
                earlierCpuSeconds += drive.cpuSeconds();
            }
            linux = null;
            drive = null;
        }
    }

    private void awaitRunner() {
        Thread running = runner;
        if (running == null) return;
        try {
            running.join();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void requireSound() {
        RuntimeException found = fault;
        if (found != null) throw found;
    }

    @Override
    public boolean isOn() {
        return on;
    }

    @Override
    public long kernelFlushes() {
        return disk.counters().flushes() - bootloader.flushes();
    }

    @Override
    public VolatileDisk disk() {
        return disk;
    }

    @Override
    public SerialLog serial() {
        return serial;
    }

    @Override
    public List<MachineEvent> events() {
        return events.all();
    }

    @Override
    public double cpuSeconds() {
        synchronized (parts) {
            double running = linux == null ? 0 : linux.cpuSeconds();
            double serving = drive == null ? 0 : drive.cpuSeconds();
            return earlierCpuSeconds + running + serving + network.cpuSeconds();
        }
    }

    @Override
    public synchronized void close() throws IOException {
        killQuietly();
        awaitRunner();
        network.close();
        nbd.close();
        disk.close();
        serial.close();
        sockets.close();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException ending) {
            // the hook itself, or another one, closes us
        }
    }
}
