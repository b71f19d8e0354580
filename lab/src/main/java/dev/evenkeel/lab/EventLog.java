// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.lab;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/// What happened to a machine, in order; one lock, its own.
final class EventLog {
    private final List<MachineEvent> events = new ArrayList<>();

    synchronized void add(MachineEvent event) {
        events.add(event);
        notifyAll();
    }

    synchronized List<MachineEvent> all() {
        return List.copyOf(events);
    }

    synchronized MachineEvent await(
            String what, Predicate<MachineEvent> wanted, Duration patience, SerialLog serial) {
        long deadline = System.nanoTime() + patience.toNanos();
        while (true) {
            for (MachineEvent event : events) {
                if (wanted.test(event)) return event;
            }
            long millis = (deadline - System.nanoTime()) / 1_000_000;
            if (millis <= 0) {
                throw new AwaitTimedOut(
                        "awaited "
                                + what
                                + " for "
                                + patience.toSeconds()
                                + " s. Last lines of the serial port:\n  "
                                + String.join("\n  ", serial.tail(8))
                                + "\nThe whole log: "
                                + serial.file());
            }
            try {
                wait(millis);
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                throw new AwaitTimedOut("interrupted while awaiting " + what);
            }
        }
    }
}
