// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.lab;

import dev.evenkeel.core.Limits;
import dev.evenkeel.core.json.JsonObject;
import dev.evenkeel.core.json.StrictJson;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/// The way to a named device's daemon: its process and its control socket, as `daemon.json` in the
/// device's folder tells.
record RunningDevice(long pid, Path control) {
    private static final String FILE = "daemon.json";

    static void announce(Path folder, Path control) throws IOException {
        Path temp = folder.resolve(FILE + ".new");
        JsonObject json =
                JsonObject.of("pid", ProcessHandle.current().pid())
                        .with("control", control.toString());
        Files.writeString(temp, json + "\n");
        Files.move(temp, folder.resolve(FILE), StandardCopyOption.ATOMIC_MOVE);
    }

    static void withdraw(Path folder) throws IOException {
        Files.deleteIfExists(folder.resolve(FILE));
    }

    /// The daemon of the device in `folder`; empty when none lives.
    static Optional<RunningDevice> find(Path folder) throws IOException {
        Path file = folder.resolve(FILE);
        if (!Files.exists(file)) return Optional.empty();
        JsonObject json = StrictJson.parseObject(Files.readAllBytes(file), Limits.MESSAGE_BYTES);
        var found = new RunningDevice(json.integer("pid"), Path.of(json.text("control")));
        // a daemon that was killed left its note behind; only one that answers lives
        try (SocketChannel channel = found.connect()) {
            return channel.isConnected() ? Optional.of(found) : Optional.empty();
        } catch (IOException dead) {
            return Optional.empty();
        }
    }

    private SocketChannel connect() throws IOException {
        return SocketChannel.open(UnixDomainSocketAddress.of(control));
    }

    JsonObject ask(JsonObject request) throws IOException {
        try (SocketChannel channel = connect()) {
            return ask(channel, request);
        }
    }

    private static JsonObject ask(SocketChannel channel, JsonObject request) throws IOException {
        OutputStream out = Channels.newOutputStream(channel);
        out.write((request + "\n").getBytes(StandardCharsets.UTF_8));
        out.flush();
        InputStream in = Channels.newInputStream(channel);
        JsonObject answer = StrictJson.parseObject(LabDaemon.readLine(in), Limits.MESSAGE_BYTES);
        if (answer.has("error")) throw new LabFailure(answer.text("error"));
        return answer;
    }

    /// Returns when Ctrl-] is typed, the keyboard ends, or the device's daemon ends.
    void console(InputStream keyboard, OutputStream screen) throws IOException {
        SocketChannel channel = connect();
        try (channel) {
            ask(channel, JsonObject.of("command", "console"));
            Thread typing = Thread.ofPlatform().daemon().start(() -> type(keyboard, channel));
            InputStream in = Channels.newInputStream(channel);
            var buffer = new byte[4096];
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                screen.write(buffer, 0, count);
                screen.flush();
            }
            typing.interrupt();
        }
    }

    private static void type(InputStream keyboard, SocketChannel channel) {
        try {
            OutputStream out = Channels.newOutputStream(channel);
            for (int key = keyboard.read(); key >= 0; key = keyboard.read()) {
                out.write(key);
            }
            channel.shutdownOutput();
        } catch (IOException ended) {
            System.getLogger(RunningDevice.class.getName())
                    .log(System.Logger.Level.DEBUG, "console ended: " + ended.getMessage());
        }
    }
}
