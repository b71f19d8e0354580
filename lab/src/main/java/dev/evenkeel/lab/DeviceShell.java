// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.lab;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Runs commands as root in a device, over its second serial port. Only an image made for tests
/// serves it: a program there prints `SHELL ready` at its start, reads lines of a number and a
/// command, and answers with the command's output and `SHELL <number> <exit code>`.
public final class DeviceShell implements AutoCloseable {
    private static final Pattern READY = Pattern.compile("^SHELL ready$");

    private final SerialLog log;
    private final SerialPort port;
    private final BooleanSupplier isOn;
    private int number;

    /// What a command left behind.
    ///
    /// @param said its output and its errors, without the last line end
    public record Answer(int exitCode, String said) {}

    DeviceShell(Path file, BooleanSupplier isOn) throws IOException {
        this.isOn = isOn;
        log = new SerialLog(file, _ -> {});
        port = new SerialPort(log);
    }

    void connect(int powerOn, SocketChannel channel) {
        log.startPowerOn(powerOn, System.nanoTime());
        port.connect(channel);
    }

    /// Waits until the device's next boot serves the shell.
    public void awaitReady(Duration patience) {
        log.await(READY, patience, isOn);
    }

    /// Runs a command to its end.
    public synchronized Answer run(String command, Duration patience) throws IOException {
        int before = log.lines().size();
        int asked = tell(command);
        Pattern end = Pattern.compile("^SHELL " + asked + " (\\d+)$");
        Matcher answer = end.matcher(log.await(end, patience, isOn).text());
        if (!answer.matches()) throw new IllegalStateException("awaited another line");
        List<String> said =
                log.lines().stream()
                        .skip(before)
                        .map(SerialLine::text)
                        .takeWhile(line -> !end.matcher(line).matches())
                        .toList();
        return new Answer(Integer.parseInt(answer.group(1)), String.join("\n", said));
    }

    /// Starts a command that is not expected to answer, such as one that ends the kernel.
    ///
    /// @return its number
    public synchronized int tell(String command) throws IOException {
        if (command.contains("\n")) throw new LabFailure("a command is one line: " + command);
        number++;
        port.type((number + " " + command + "\n").getBytes(StandardCharsets.UTF_8));
        return number;
    }

    @Override
    public void close() throws IOException {
        log.close();
    }
}
