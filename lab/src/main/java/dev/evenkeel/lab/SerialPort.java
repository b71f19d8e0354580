// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.lab;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/// The serial line of a machine over all its power-ons: what comes goes to the log and to attached
/// consoles, what they type goes to the device.
final class SerialPort {
    /// Ctrl-], as telnet(1) has it.
    static final int DETACH = 0x1d;

    private final SerialLog log;
    private final List<OutputStream> consoles = new CopyOnWriteArrayList<>();
    private volatile @Nullable SocketChannel device;

    SerialPort(SerialLog log) {
        this.log = log;
    }

    /// Reads until the device is off; the thread ends with it.
    Thread connect(SocketChannel channel) {
        device = channel;
        return Thread.ofVirtual().name("serial").start(() -> readAll(channel));
    }

    private void readAll(SocketChannel channel) {
        var buffer = ByteBuffer.allocate(4096);
        try (channel) {
            while (channel.read(buffer) >= 0) {
                log.accept(buffer.array(), buffer.position());
                show(buffer.array(), buffer.position());
                buffer.clear();
            }
        } catch (IOException off) {
            System.getLogger(SerialPort.class.getName())
                    .log(System.Logger.Level.DEBUG, "serial line ended: " + off.getMessage());
        }
    }

    private void show(byte[] bytes, int length) {
        consoles.removeIf(console -> !shows(console, bytes, length));
    }

    private static boolean shows(OutputStream console, byte[] bytes, int length) {
        try {
            console.write(bytes, 0, length);
            console.flush();
            return true;
        } catch (IOException left) {
            return false;
        }
    }

    /// Types into the device; nothing happens while it is off.
    void type(byte[] bytes) throws IOException {
        SocketChannel channel = device;
        if (channel == null || !channel.isOpen()) return;
        var content = ByteBuffer.wrap(bytes);
        synchronized (this) {
            while (content.hasRemaining()) {
                channel.write(content);
            }
        }
    }

    /// Holds a terminal to the device until it ends or Ctrl-] is typed.
    void attach(InputStream keyboard, OutputStream screen) throws IOException {
        consoles.add(screen);
        try {
            var buffer = new byte[256];
            for (int count = keyboard.read(buffer); count >= 0; count = keyboard.read(buffer)) {
                int detach = indexOf(buffer, count);
                type(Arrays.copyOf(buffer, detach < 0 ? count : detach));
                if (detach >= 0) return;
            }
        } finally {
            consoles.remove(screen);
        }
    }

    private static int indexOf(byte[] bytes, int count) {
        for (int i = 0; i < count; i++) {
            if (bytes[i] == DETACH) return i;
        }
        return -1;
    }
}
