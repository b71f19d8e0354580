// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.lab;

import dev.evenkeel.core.Limits;
import dev.evenkeel.core.MalformedInput;
import dev.evenkeel.core.json.Json;
import dev.evenkeel.core.json.JsonArray;
import dev.evenkeel.core.json.JsonObject;
import dev.evenkeel.core.json.StrictJson;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// QEMU's machine protocol (QMP): commands and events.
final class QemuMonitor {
    private static final int ANSWER_SECONDS = 30;

    /// Stands in for every answer once QEMU has hung up.
    private static final JsonObject GONE =
            JsonObject.of("error", JsonObject.of("desc", "it ended"));

    private final OutputStream out;
    private final BlockingQueue<JsonObject> answers = new ArrayBlockingQueue<>(16);
    private final Consumer<JsonObject> onEvent;

    QemuMonitor(SocketChannel channel, Consumer<JsonObject> onEvent) throws IOException {
        this.onEvent = onEvent;
        out = Channels.newOutputStream(channel);
        InputStream in = Channels.newInputStream(channel);
        Thread.ofVirtual().name("qmp").start(() -> readAll(in));
        execute("qmp_capabilities");
    }

    /// Sends a command and waits until QEMU has accepted it.
    void execute(String command) throws IOException {
        execute(command, JsonObject.EMPTY);
    }

    synchronized void execute(String command, JsonObject arguments) throws IOException {
        answers.clear();
        String line = JsonObject.of("execute", command).with("arguments", arguments) + "\r\n";
        out.write(line.getBytes(StandardCharsets.UTF_8));
        out.flush();
        try {
            JsonObject answer = answers.poll(ANSWER_SECONDS, TimeUnit.SECONDS);
            if (answer == null) {
                throw new IOException("QEMU does not answer to " + command);
            }
            if (answer.has("error")) {
                throw new IOException("QEMU refuses " + command + ": " + answer.object("error"));
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while QEMU did " + command, interrupted);
        }
    }

    /// Ctrl-Alt-Del at the keyboard; where the machine would start again, it ends instead.
    void endByKeyboard() throws IOException {
        execute("set-action", JsonObject.of("reboot", "shutdown"));
        var keys = new ArrayList<Json>();
        for (String key : List.of("ctrl", "alt", "delete")) {
            keys.add(JsonObject.of("type", "qcode").with("data", key));
        }
        execute("send-key", JsonObject.of("keys", new JsonArray(keys)));
    }

    /// Sets whether the cable of a network card is plugged in.
    void link(String card, boolean up) throws IOException {
        execute("set_link", JsonObject.of("name", card).with("up", up));
    }

    private void readAll(InputStream in) {
        var line = new ByteArrayOutputStream();
        var buffer = new byte[4096];
        try (in) {
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                for (int i = 0; i < count; i++) {
                    if (buffer[i] != '\n') {
                        line.write(buffer[i]);
                        continue;
                    }
                    accept(line.toByteArray());
                    line.reset();
                }
            }
        } catch (IOException | MalformedInput ended) {
            System.getLogger(QemuMonitor.class.getName())
                    .log(System.Logger.Level.DEBUG, "monitor ended: " + ended.getMessage());
        } finally {
            answers.offer(GONE);
        }
    }

    private void accept(byte[] line) {
        JsonObject message = StrictJson.parseObject(line, Limits.MESSAGE_BYTES);
        if (message.has("event")) onEvent.accept(message);
        else if (message.has("return") || message.has("error")) answers.offer(message);
    }
}
