// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.lab;

import dev.evenkeel.core.Limits;
import dev.evenkeel.core.MalformedInput;
import dev.evenkeel.core.json.JsonObject;
import dev.evenkeel.core.json.StrictJson;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/// The process that keeps a named device running after the command that started it has returned:
/// disk, QEMU, and a control socket on which one JSON line asks and one answers.
public final class LabDaemon {
    /// How long a device may take to shut down, under emulation on a busy machine.
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private final Machine machine;
    private final CountDownLatch stopped = new CountDownLatch(1);

    private LabDaemon(Machine machine) {
        this.machine = machine;
    }

    /// Runs the device of the folder `args[0]` until it is told to stop.
    public static void main(String[] args) throws IOException, InterruptedException {
        Path folder = Path.of(args[0]);
        try (Machine machine = Machine.start(DeviceSetup.read(folder).options());
                SocketFolder sockets = SocketFolder.create();
                ServerSocketChannel control = NbdServer.listen(sockets.socket("control"))) {
            var daemon = new LabDaemon(machine);
            Thread.ofVirtual().start(() -> daemon.acceptAll(control));
            RunningDevice.announce(folder, sockets.socket("control"));
            daemon.stopped.await();
        } finally {
            RunningDevice.withdraw(folder);
        }
    }

    private void acceptAll(ServerSocketChannel control) {
        while (control.isOpen()) {
            try {
                SocketChannel client = control.accept();
                Thread.ofVirtual().start(() -> serve(client));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void serve(SocketChannel client) {
        try (client) {
            InputStream in = Channels.newInputStream(client);
            OutputStream out = Channels.newOutputStream(client);
            JsonObject request = StrictJson.parseObject(readLine(in), Limits.MESSAGE_BYTES);
            String command = request.text("command");
            if (command.equals("console")) {
                answer(out, JsonObject.of("ok", "console"));
                machine.console(in, out);
                return;
            }
            answer(out, perform(command, request));
            if (command.equals("stop")) stopped.countDown();
        } catch (IOException | MalformedInput broken) {
            System.getLogger(LabDaemon.class.getName())
                    .log(System.Logger.Level.INFO, "a control client left: " + broken.getMessage());
        }
    }

    private JsonObject perform(String command, JsonObject request) {
        try {
            return switch (command) {
                case "status" -> status();
                case "cut" -> {
                    PowerCut cut = machine.cutPower(request.integer("seed"));
                    if (request.flag("restart")) machine.powerOn();
                    yield JsonObject.of("ok", cut.toString());
                }
                case "on" -> {
                    if (!machine.isOn()) machine.powerOn();
                    yield JsonObject.of("ok", "the device is on");
                }
                case "stop" ->
                        JsonObject.of(
                                "ok",
                                machine.powerOff(PATIENCE)
                                        ? "shut down in order"
                                        : "did not shut down in time and was switched off");
                default -> JsonObject.of("error", "not a command: '" + command + "'");
            };
        } catch (IOException | RuntimeException failed) {
            return JsonObject.of("error", String.valueOf(failed.getMessage()));
        }
    }

    private JsonObject status() {
        DiskCounters disk = machine.disk().counters();
        return JsonObject.of("ok", machine.isOn() ? "on" : "off")
                .with("last_line", machine.serial().last().map(SerialLine::toString).orElse(""))
                .with("writes", disk.writes())
                .with("flushes", disk.flushes())
                .with("unflushed_bytes", machine.disk().unflushedBytes());
    }

    private static void answer(OutputStream out, JsonObject answer) throws IOException {
        out.write((answer + "\n").getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    static byte[] readLine(InputStream in) throws IOException {
        var line = new ByteArrayOutputStream();
        for (int c = in.read(); c >= 0 && c != '\n'; c = in.read()) {
            if (line.size() >= Limits.MESSAGE_BYTES) throw new IOException("an endless line");
            line.write(c);
        }
        return line.toByteArray();
    }
}
