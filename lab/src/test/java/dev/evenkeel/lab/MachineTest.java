// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Real QEMU with a real kernel; a few seconds of emulation for each boot.
@Tag("real")
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class MachineTest {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @TempDir Path folder;

    private Path diskFile;
    private MachineOptions options;

    @BeforeEach
    void makeGuest() throws IOException {
        TestGuest guest = TestGuest.prepare(folder);
        diskFile = folder.resolve("disk.img");
        try (var file = new RandomAccessFile(diskFile.toFile(), "rw")) {
            file.setLength(32 << 20);
        }
        options =
                MachineOptions.reference(folder.resolve("device, one"), diskFile, new HostQemu())
                        .withBoot(
                                new MachineOptions.Kernel(
                                        guest.kernel(),
                                        guest.initramfs(),
                                        "console=ttyS0 quiet panic=-1 mitigations=off"))
                        .withMemory(192);
    }

    @AfterEach
    void leavesNoProcess() {
        assertThat(ProcessHandle.current().descendants().filter(ProcessHandle::isAlive)).isEmpty();
    }

    private static SerialLine await(Machine machine, String pattern) {
        return machine.awaitSerial(Pattern.compile(pattern), PATIENCE);
    }

    @Test
    void what_the_guest_synced_survives_a_power_cut_and_the_rest_may_not() throws Exception {
        try (Machine machine = Machine.start(options)) {
            assertThat(await(machine, "GUEST cache").text()).contains("write back");
            await(machine, "GUEST synced");
            assertThat(machine.disk().counters().flushes()).as("guest flushes arrive").isPositive();
            await(machine, "GUEST unsynced");
            long unflushed = machine.disk().unflushedBytes();
            assertThat(unflushed).isEqualTo(8 << 20);

            PowerCut cut = machine.cutPower(5);
            assertThat(machine.isOn()).isFalse();
            assertThat(cut.lostWrites()).as("writes lost").isPositive();
            assertThat(cut.tornWrites()).as("writes torn").isPositive();
            double untilCut = machine.cpuSeconds();
            assertThat(untilCut).isPositive();

            machine.powerOn();
            assertThat(await(machine, "GUEST verified").text()).endsWith("bad=0");
            assertThat(machine.cpuSeconds()).isGreaterThan(untilCut);
            machine.type("off");
            machine.awaitEvent(
                    "the end of the second power-on",
                    e -> e instanceof MachineEvent.Ended && e.powerOn() == 2,
                    PATIENCE);
            assertThat(machine.events())
                    .hasAtLeastOneElementOfType(MachineEvent.PowerWasCut.class)
                    .anyMatch(e -> e instanceof MachineEvent.ShutDown off && off.byGuest());
        }
        byte[] medium = Files.readAllBytes(diskFile);
        byte[] unsynced = Arrays.copyOfRange(medium, 9 << 20, 17 << 20);
        assertThat(new String(unsynced, StandardCharsets.US_ASCII)).contains("unsynced", "\0");
        assertThat(Files.readString(folder.resolve("device, one/serial.log")))
                .contains("=== power on 1", "GUEST synced", "=== power cut (seed 5)")
                .contains("=== power on 2");
    }

    @Test
    void goes_down_in_order_when_its_power_button_is_pressed() throws Exception {
        try (Machine machine = Machine.start(options)) {
            await(machine, "GUEST unsynced");
            assertThat(machine.powerOff(PATIENCE)).isTrue();
            assertThat(machine.isOn()).isFalse();
            assertThat(machine.disk().unflushedBytes()).isZero();
            assertThatThrownBy(() -> await(machine, "anything"))
                    .isInstanceOf(AwaitTimedOut.class)
                    .hasMessageContaining("the device is off")
                    .hasMessageContaining("serial.log");
        }
    }

    @Test
    void reaches_the_hosts_loopback_restarts_and_answers_at_the_console() throws Exception {
        HttpServer server =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext(
                "/",
                exchange -> {
                    byte[] answer = "hello from the host".getBytes(StandardCharsets.UTF_8);
                    exchange.sendResponseHeaders(200, answer.length);
                    exchange.getResponseBody().write(answer);
                    exchange.close();
                });
        server.start();
        try (Machine machine = Machine.start(options)) {
            await(machine, "GUEST unsynced");
            machine.type("get " + server.getAddress().getPort());
            await(machine, "GUEST got hello from the host");

            var screen = new Screen();
            var keyboard = new PipedOutputStream();
            var keys = new PipedInputStream(keyboard);
            Thread console = Thread.startVirtualThread(() -> attach(machine, keys, screen));
            keyboard.write("echo me\n".getBytes(StandardCharsets.UTF_8));
            keyboard.flush();
            await(machine, "GUEST said me");
            // the log has a line a moment before the screen; who leaves before does not see it
            assertThat(screen.shows("GUEST said me", PATIENCE)).isTrue();
            keyboard.write(SerialPort.DETACH);
            keyboard.flush();
            assertThat(console.join(Duration.ofSeconds(10))).isTrue();
            assertThat(screen.toString(StandardCharsets.UTF_8)).contains("GUEST said me");

            machine.type("again");
            assertThat(await(machine, "GUEST verified").text()).endsWith("bad=0");
            machine.awaitEvent(
                    "a restart by the guest",
                    e -> e instanceof MachineEvent.Restarted again && again.byGuest(),
                    PATIENCE);
            machine.reset();
            assertThat(await(machine, "GUEST verified").text()).endsWith("bad=0");
            assertThat(machine.events().stream().filter(MachineEvent.PoweredOn.class::isInstance))
                    .hasSize(1);
        } finally {
            server.stop(0);
        }
    }

    /// What an attached console shows, for who waits for something to come up.
    private static final class Screen extends ByteArrayOutputStream {
        @Override
        public synchronized void write(byte[] bytes, int from, int length) {
            super.write(bytes, from, length);
            notifyAll();
        }

        synchronized boolean shows(String text, Duration patience) throws InterruptedException {
            long end = System.nanoTime() + patience.toNanos();
            while (!toString(StandardCharsets.UTF_8).contains(text)) {
                long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
                if (left <= 0) return false;
                wait(left);
            }
            return true;
        }
    }

    private static void attach(Machine machine, PipedInputStream keys, OutputStream screen) {
        try {
            machine.console(keys, screen);
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    @Test
    void tells_what_qemu_said_when_it_does_not_start() {
        MachineOptions wrong =
                options.withAcceleration(new Acceleration("tcg", "no-such-processor"));
        assertThatThrownBy(() -> Machine.start(wrong))
                .isInstanceOf(LabFailure.class)
                .hasMessageContaining("no-such-processor");
    }
}
