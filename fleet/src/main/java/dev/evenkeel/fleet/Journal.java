// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.fleet;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/// The one way from the fleet to its repository. What need not be durable at once waits here and is
/// written in one go; what is acknowledged is written before the answer, together with all that
/// waits. Changes reach the repository in the order in which they came.
///
/// `queue` is guarded by its own monitor; `writing` is held while a batch is written, so that there
/// is one writer and callers who wait for it find their change in the next batch.
final class Journal {
    private static final int MOST_WAITING = 100_000;

    /// Changes that stand or fall together.
    private static final class Entry {
        final List<FleetChange> changes;
        boolean written;

        Entry(List<FleetChange> changes) {
            this.changes = changes;
        }
    }

    private final FleetRepository repository;
    private final List<Entry> queue = new ArrayList<>();
    private final ReentrantLock writing = new ReentrantLock();

    Journal(FleetRepository repository) {
        this.repository = repository;
    }

    /// Keeps `changes` soon. Where the repository has been failing for long they are given up: it
    /// is what the next check-ins tell again.
    void later(List<FleetChange> changes) {
        if (changes.isEmpty()) return;
        synchronized (queue) {
            if (queue.size() >= MOST_WAITING) return;
            queue.add(new Entry(changes));
        }
    }

    /// Keeps `changes` and all that waits before it returns; when it throws, none of `changes`.
    void now(List<FleetChange> changes) {
        var entry = new Entry(changes);
        synchronized (queue) {
            queue.add(entry);
        }
        writing.lock();
        try {
            if (!entry.written) write();
        } finally {
            synchronized (queue) {
                queue.remove(entry);
            }
            writing.unlock();
        }
    }

    /// Keeps all that waits.
    void flush() {
        writing.lock();
        try {
            write();
        } finally {
            writing.unlock();
        }
    }

    private void write() {
        List<Entry> batch;
        synchronized (queue) {
            batch = List.copyOf(queue);
        }
        if (batch.isEmpty()) return;
        repository.commit(squeeze(batch));
        synchronized (queue) {
            // entries stay in the queue until they are durable, so a failed batch is tried again;
            // an awaited one is taken out by its caller, who reports the failure
            for (Entry entry : batch) entry.written = true;
            queue.removeIf(entry -> entry.written);
        }
    }

    /// Only the last word about each device's state and update is written.
    private static List<FleetChange> squeeze(List<Entry> batch) {
        Map<Object, FleetChange> last = new LinkedHashMap<>();
        for (Entry entry : batch) {
            for (FleetChange change : entry.changes) {
                Object key =
                        switch (change) {
                            case FleetChange.StateKept(DeviceState state) -> state.device();
                            case FleetChange.UpdateKept(DeviceUpdate update) ->
                                    List.of(update.rollout(), update.device());
                            default -> new Object();
                        };
                last.remove(key);
                last.put(key, change);
            }
        }
        return List.copyOf(last.values());
    }
}
