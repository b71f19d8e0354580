// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.lab;

import dev.evenkeel.core.json.JsonObject;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Predicate;

/// Waits in front of people: every few seconds it says what is awaited, what the device does and
/// what the server knows, and after a hard limit it ends with the place of the serial log.
final class DemoWatch {
    private static final long POLL_MILLIS = 1_000;
    private static final long DISK_MILLIS = 5;
    private static final long TELL_NANOS = 10_000_000_000L;

    private final DemoServer server;
    private final Machine machine;
    private final Consumer<String> out;
    private final long startNanos = System.nanoTime();
    private long toldNanos;
    private String told = "";
    private Optional<DemoDevice> latest = Optional.empty();

    DemoWatch(DemoServer server, Machine machine, Consumer<String> out) {
        this.server = server;
        this.machine = machine;
        this.out = out;
    }

    void say(String text) {
        long seconds = (System.nanoTime() - startNanos) / 1_000_000_000;
        out.accept(String.format(Locale.ROOT, "%3d:%02d  %s", seconds / 60, seconds % 60, text));
    }

    /// Waits until the server says what `wanted` takes.
    DemoDevice untilDevice(String what, Duration limit, Predicate<DemoDevice> wanted)
            throws IOException {
        until(what, limit, () -> latest.filter(wanted).isPresent());
        return latest.orElseThrow();
    }

    /// Waits for an event after the first `mark` events.
    MachineEvent untilEvent(String what, Duration limit, int mark, Predicate<MachineEvent> wanted)
            throws IOException {
        until(what, limit, () -> since(mark).stream().anyMatch(wanted));
        return since(mark).stream().filter(wanted).findFirst().orElseThrow();
    }

    /// Where [#since] starts for what happens from now on.
    int mark() {
        return machine.events().size();
    }

    List<MachineEvent> since(int mark) {
        List<MachineEvent> events = machine.events();
        return events.subList(mark, events.size());
    }

    /// Waits for something that the disk shows: asked often, because it may last a moment only.
    void untilDisk(String what, Duration limit, BooleanSupplier happened) throws IOException {
        until(what, limit, () -> happensWithinASecond(happened));
    }

    private static boolean happensWithinASecond(BooleanSupplier happened) {
        for (int i = 0; i < POLL_MILLIS / DISK_MILLIS; i++) {
            if (happened.getAsBoolean()) return true;
            pause(DISK_MILLIS);
        }
        return false;
    }

    private void until(String what, Duration limit, BooleanSupplier happened) throws IOException {
        long deadline = System.nanoTime() + limit.toNanos();
        say("waiting for " + what);
        while (true) {
            look();
            if (happened.getAsBoolean()) return;
            if (System.nanoTime() > deadline) throw timedOut(what, limit);
            if (!machine.isOn()) {
                throw new LabFailure(
                        "the device ended while the demo waited for "
                                + what
                                + ". Its last words are in "
                                + machine.serial().file());
            }
            tell(what);
            pause(POLL_MILLIS);
        }
    }

    private void look() throws IOException {
        Optional<JsonObject> json = server.device();
        latest = json.map(DemoDevice::read);
    }

    private void tell(String what) {
        String device = latest.map(DemoDevice::toString).orElse("not enrolled yet");
        boolean silentFor = System.nanoTime() - toldNanos > TELL_NANOS;
        boolean changed = !device.equals(told) && System.nanoTime() - toldNanos > TELL_NANOS / 5;
        if (!silentFor && !changed) return;
        toldNanos = System.nanoTime();
        told = device;
        String serial = machine.serial().last().map(SerialLine::toString).orElse("nothing yet");
        say("  " + what + " | device: " + device + " | serial: " + abbreviated(serial));
    }

    private static String abbreviated(String text) {
        return text.length() <= 100 ? text : text.substring(0, 100) + "...";
    }

    private AwaitTimedOut timedOut(String what, Duration limit) {
        return new AwaitTimedOut(
                "waited "
                        + limit.toMinutes()
                        + " minutes for "
                        + what
                        + " in vain. The server says: "
                        + latest.map(DemoDevice::toString).orElse("the device has not enrolled")
                        + ". The device's last lines:\n  "
                        + String.join("\n  ", machine.serial().tail(12))
                        + "\nThe whole serial log: "
                        + machine.serial().file());
    }

    private static void pause(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new LabFailure("the demo was interrupted", interrupted);
        }
    }
}
