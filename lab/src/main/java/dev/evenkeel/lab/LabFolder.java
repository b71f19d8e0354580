// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.lab;

import dev.evenkeel.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;

/// Named virtual devices, one folder each, that run on when the command that started them has
/// returned: what `evenkeel lab start|stop|cut|console|list` do.
///
/// @param path holds a folder for each device: `disk.img`, `serial.log`, `device.json`
public record LabFolder(Path path) {
    private static final Pattern NAME = Pattern.compile("[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?");
    private static final int START_SECONDS = 60;

    /// A device and how it is.
    ///
    /// @param state `on`, `off` (its daemon lives) or `stopped`
    /// @param lastLine of its serial port
    public record Status(String name, String state, String lastLine) {}

    /// The folder of a device, whether it exists or not: where its disk has to be put.
    public Path folder(String name) {
        if (!NAME.matcher(name).matches()) {
            throw new LabFailure(
                    "not a device's name (1 to 32 of a-z, 0-9 and inner '-'): '" + name + "'");
        }
        return path.toAbsolutePath().normalize().resolve(name);
    }

    public List<Status> list() throws IOException {
        var found = new ArrayList<Status>();
        if (!Files.isDirectory(path)) return found;
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(path)) {
            for (Path folder : folders) {
                String name = String.valueOf(folder.getFileName());
                if (NAME.matcher(name).matches() && Files.exists(folder.resolve("device.json"))) {
                    found.add(status(name));
                }
            }
        }
        found.sort(Comparator.comparing(Status::name));
        return found;
    }

    public Status status(String name) throws IOException {
        var running = RunningDevice.find(folder(name));
        if (running.isEmpty()) return new Status(name, "stopped", "");
        JsonObject answer = running.get().ask(JsonObject.of("command", "status"));
        return new Status(name, answer.text("ok"), answer.text("last_line"));
    }

    /// Starts a device, whose folder is that of `options`, and returns once it is switched on. One
    /// that runs already is switched on if it is off.
    public void start(String name, MachineOptions options) throws IOException {
        Path folder = folder(name);
        var running = RunningDevice.find(folder);
        if (running.isPresent()) {
            running.get().ask(JsonObject.of("command", "on"));
            return;
        }
        if (!options.folder().equals(folder)) {
            throw new LabFailure("device " + name + " belongs into " + folder);
        }
        Files.createDirectories(folder);
        new DeviceSetup(options).write();
        RunningDevice.withdraw(folder);
        awaitStart(name, folder, spawn(folder));
    }

    /// The seeded power cut; `restart` switches the device on again at once.
    ///
    /// @return what the cut did, in words
    public String cut(String name, long seed, boolean restart) throws IOException {
        return running(name)
                .ask(JsonObject.of("command", "cut").with("seed", seed).with("restart", restart))
                .text("ok");
    }

    /// Presses the power button, waits, and ends the device's daemon.
    ///
    /// @return how it ended, in words
    public String stop(String name) throws IOException {
        RunningDevice device = running(name);
        String how = device.ask(JsonObject.of("command", "stop")).text("ok");
        ProcessHandle.of(device.pid()).ifPresent(LabFolder::awaitEnd);
        return how;
    }

    /// Holds a terminal to the device's serial port until Ctrl-] is typed.
    public void console(String name, InputStream keyboard, OutputStream screen) throws IOException {
        running(name).console(keyboard, screen);
    }

    private RunningDevice running(String name) throws IOException {
        return RunningDevice.find(folder(name))
                .orElseThrow(() ->
                        new LabFailure(
                                "device "
                                        + name
                                        + " does not run. Start it: evenkeel lab start "
                                        + name));
    }

    private static void awaitEnd(ProcessHandle daemon) {
        try {
            daemon.onExit().get(START_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException late) {
            throw new LabFailure("the device's daemon " + daemon.pid() + " does not end", late);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /// A session of its own (setsid(1)), so that Ctrl-C at the starting terminal does not reach it.
    private static Process spawn(Path folder) throws IOException {
        var words = new ArrayList<>(List.of("setsid", java()));
        String modulePath = System.getProperty("jdk.module.path", "");
        String classPath = System.getProperty("java.class.path", "");
        words.addAll(List.of("-XX:+UseSerialGC", "-Xmx768m", "-cp"));
        words.add(join(classPath, modulePath));
        words.addAll(List.of(LabDaemon.class.getName(), folder.toString()));
        return new ProcessBuilder(words)
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("daemon.log").toFile())
                .start();
    }

    private static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    private static String join(String classPath, String modulePath) {
        if (modulePath.isEmpty()) return classPath;
        return classPath.isEmpty() ? modulePath : classPath + ":" + modulePath;
    }

    private static void awaitStart(String name, Path folder, Process daemon) throws IOException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
        while (RunningDevice.find(folder).isEmpty()) {
            boolean ended;
            try {
                ended = daemon.waitFor(200, TimeUnit.MILLISECONDS);
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                ended = true;
            }
            if (!ended && System.nanoTime() < deadline) continue;
            new ProcessTree(daemon.toHandle()).kill();
            throw new LabFailure(
                    "device "
                            + name
                            + " did not start:\n"
                            + Files.readString(folder.resolve("daemon.log"), StandardCharsets.UTF_8)
                                    .strip());
        }
    }
}
