// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.lab;

import dev.evenkeel.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A virtual device: QEMU as hardware, a [VolatileDisk] as its drive, and a hand on its power
/// switch. It reaches servers on the host's loopback at [#HOST] and nobody reaches it.
///
/// Killing QEMU alone loses nothing that the device wrote; [#cutPower] does both, so that what was
/// not flushed may be lost, reordered or torn. Methods that switch power are for one thread at a
/// time; the rest is safe for several.
public final class Machine implements DeviceUnderTest {
    /// The host's loopback as the device sees it (QEMU's user network).
    public static final String HOST = "10.0.2.2";

    private static final Duration BUTTON = Duration.ofSeconds(10);

    private final MachineOptions options;
    private final VolatileDisk disk;
    private final SocketFolder sockets;
    private final NbdServer nbd;
    private final SerialLog serialLog;
    private final SerialPort serial;
    private final Optional<DeviceShell> shell;
    private final EventLog events = new EventLog();
    private final Thread hook = new Thread(this::killQuietly, "lab machine ends");
    private volatile @Nullable QemuProcess qemu;
    private volatile @Nullable QemuMonitor monitor;
    private @Nullable Thread serialReader;
    private int powerOns;
    private double earlierCpuSeconds;

    /// Opens the disk and switches the device on.
    public static Machine start(MachineOptions options) throws IOException {
        Machine machine = switchedOff(options);
        try {
            machine.powerOn();
            return machine;
        } catch (IOException | RuntimeException failed) {
            machine.close();
            throw failed;
        }
    }

    /// Opens the disk of a device that is off.
    static Machine switchedOff(MachineOptions options) throws IOException {
        return new Machine(options);
    }

    private Machine(MachineOptions options) throws IOException {
        this.options = options;
        Files.createDirectories(options.folder());
        disk = VolatileDisk.open(options.disk());
        sockets = SocketFolder.create();
        nbd = NbdServer.start(disk, sockets.socket("disk"));
        serialLog = new SerialLog(options.folder().resolve("serial.log"), this::watch);
        serial = new SerialPort(serialLog);
        shell =
                options.extras().shell()
                        ? Optional.of(
                                new DeviceShell(options.folder().resolve("shell.log"), this::isOn))
                        : Optional.empty();
        Runtime.getRuntime().addShutdownHook(hook);
    }

    @Override
    public synchronized void powerOn() throws IOException {
        if (isOn()) throw new IllegalStateException("the device is on already");
        settleCpu();
        disk.powerOn();
        powerOns++;
        Path serialSocket = sockets.socket("serial");
        Path monitorSocket = sockets.socket("monitor");
        Path shellSocket = sockets.socket("shell");
        ServerSocketChannel serialListener = NbdServer.listen(serialSocket);
        ServerSocketChannel monitorListener = NbdServer.listen(monitorSocket);
        Optional<ServerSocketChannel> shellListener = Optional.empty();
        if (shell.isPresent()) shellListener = Optional.of(NbdServer.listen(shellSocket));
        var words =
                new QemuArguments(options, nbd.socket(), serialSocket, monitorSocket, shellSocket)
                        .words();
        serialLog.startPowerOn(powerOns, System.nanoTime());
        events.add(new MachineEvent.PoweredOn(powerOns, 0));
        int number = powerOns;
        var started = new QemuProcess(words, options.folder().resolve("qemu.log"));
        qemu = started;
        serialReader = serial.connect(started.connection(serialListener));
        if (shellListener.isPresent()) {
            shell.orElseThrow().connect(powerOns, started.connection(shellListener.get()));
        }
        monitor = started.monitor(monitorListener, e -> watch(number, e));
        started.whenEnded(
                code -> events.add(new MachineEvent.Ended(number, serialLog.seconds(), code)));
    }

    @Override
    public synchronized PowerCut cutPower(long seed) throws IOException {
        if (disk.isPowered()) running();
        killQuietly();
        nbd.hangUp();
        PowerCut cut = disk.cutUnlessOff(seed);
        events.add(new MachineEvent.PowerWasCut(powerOns, serialLog.seconds(), cut));
        endSerial();
        serialLog.note(cut.toString());
        return cut;
    }

    /// Presses the power button, then, for a device without a daemon that would notice,
    /// Ctrl-Alt-Del; waits until it has shut down. After `patience` it is switched off without
    /// losing what the drive holds.
    ///
    /// @return whether the device shut down by itself
    public synchronized boolean powerOff(Duration patience) throws IOException {
        QemuProcess running = qemu;
        if (running == null || !running.isAlive()) return true;
        boolean orderly = false;
        try {
            orderly = pressed(running, patience);
            if (!orderly) monitor().execute("quit");
        } catch (IOException alreadyGone) {
            orderly = !running.isAlive();
        }
        if (!running.awaitExit(Duration.ofSeconds(10))) running.kill();
        nbd.hangUp();
        disk.flush();
        endSerial();
        serialLog.note(orderly ? "shut down in order" : "switched off after " + patience);
        return orderly;
    }

    private boolean pressed(QemuProcess running, Duration patience) throws IOException {
        Duration button = patience.compareTo(BUTTON) < 0 ? patience : BUTTON;
        monitor().execute("system_powerdown");
        if (running.awaitExit(button)) return true;
        monitor().endByKeyboard();
        return running.awaitExit(patience.minus(button));
    }

    /// Presses the reset button: the drive keeps its power and its cache.
    public void reset() throws IOException {
        running();
        monitor().execute("system_reset");
    }

    /// Pulls the network cable out, or puts it back.
    public void plugNetwork(boolean in) throws IOException {
        running();
        monitor().link("net0", in);
    }

    /// The root shell of a device that has a second serial port and an image that serves it.
    public DeviceShell shell() {
        return shell.orElseThrow(() -> new LabFailure("the device has no second serial port"));
    }

    /// The first line, not awaited before since the device was switched on, in which `pattern` is
    /// found.
    public SerialLine awaitSerial(Pattern pattern, Duration patience) {
        return serialLog.await(pattern, patience, this::isOn);
    }

    /// The first of all [#events] that `wanted` takes; `what` names it for the case that it never
    /// comes.
    public MachineEvent awaitEvent(String what, Predicate<MachineEvent> wanted, Duration patience) {
        return events.await(what, wanted, patience, serialLog);
    }

    @Override
    public List<MachineEvent> events() {
        return events.all();
    }

    /// Holds a terminal to the serial port until its input ends or Ctrl-] is typed.
    public void console(InputStream keyboard, OutputStream screen) throws IOException {
        serial.attach(keyboard, screen);
    }

    /// Types a line at the serial port.
    public void type(String line) throws IOException {
        serial.type((line + "\n").getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public boolean isOn() {
        QemuProcess running = qemu;
        return running != null && running.isAlive();
    }

    @Override
    public long kernelFlushes() {
        return disk.counters().flushes();
    }

    @Override
    public void requireSound() {
        if (disk.isPowered() && !isOn()) running();
    }

    @Override
    public VolatileDisk disk() {
        return disk;
    }

    @Override
    public SerialLog serial() {
        return serialLog;
    }

    public MachineOptions options() {
        return options;
    }

    @Override
    public double cpuSeconds() {
        QemuProcess running = qemu;
        return earlierCpuSeconds + (running == null ? 0 : running.cpuSeconds());
    }

    private void settleCpu() {
        QemuProcess ended = qemu;
        if (ended != null) earlierCpuSeconds += ended.cpuSeconds();
        qemu = null;
    }

    private void running() {
        QemuProcess running = qemu;
        if (running == null || !running.isAlive()) {
            throw new LabFailure("the device is off; its last words are in " + serialLog.file());
        }
    }

    private QemuMonitor monitor() {
        QemuMonitor connected = monitor;
        if (connected == null) throw new LabFailure("the device is off");
        return connected;
    }

    private void watch(SerialLine line) {
        Optional<BootChoice> choice = BootChoice.parse(line.text());
        choice.ifPresent(
                c -> events.add(new MachineEvent.Booting(line.powerOn(), line.seconds(), c)));
    }

    private void watch(int number, JsonObject message) {
        double seconds = serialLog.seconds();
        boolean byGuest =
                message.optionalObject("data")
                        .map(d -> d.has("guest") && d.flag("guest"))
                        .orElse(false);
        switch (message.text("event")) {
            case "WATCHDOG" -> events.add(new MachineEvent.WatchdogFired(number, seconds));
            case "RESET" -> events.add(new MachineEvent.Restarted(number, seconds, byGuest));
            case "SHUTDOWN" -> events.add(new MachineEvent.ShutDown(number, seconds, byGuest));
            default -> {
                // QEMU tells more than a device under test needs
            }
        }
    }

    private void endSerial() {
        Thread reader = serialReader;
        if (reader == null) return;
        try {
            reader.join(Duration.ofSeconds(10));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void killQuietly() {
        QemuProcess running = qemu;
        if (running != null) running.kill();
    }

    /// Switches off at once, if it is on, and lets the drive write what it holds. No process stays.
    @Override
    public synchronized void close() throws IOException {
        killQuietly();
        nbd.close();
        disk.close();
        endSerial();
        serialLog.close();
        if (shell.isPresent()) shell.get().close();
        sockets.close();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException ending) {
            // the hook itself, or another one, closes us
        }
    }
}
