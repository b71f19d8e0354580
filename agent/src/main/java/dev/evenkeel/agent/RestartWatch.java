// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.agent;

import dev.evenkeel.boot.BootRecord;
import dev.evenkeel.core.Slot;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Counts the unexpected ends of the committed release and says when its attempts are not refilled
/// any more, so that the bootloader falls back. Rules:
///
/// 1. An end counts when no shutdown was begun and the boot had lasted less than [#SOON].
/// 2. A run of [#STABLE] forgets what was counted.
/// 3. A power cut looks like any other end. So the count alone gives no slot up: it makes the slot
///    suspect, and only a fault that is seen (the slot is not as its release says, or the watchdog
///    ended each of the boots) gives it up.
/// 4. A slot is given up only for another one that is allowed and reads back complete, and the
///    refuge is never given up.
///
/// Its own lock keeps the shutdown's thread and the agent's apart. A fault of the storage costs a
/// count, never the agent.
final class RestartWatch {
    static final Duration SOON = Duration.ofMinutes(30);
    static final Duration STABLE = Duration.ofHours(6);

    private final Memory memory;
    private final Booted booted;
    private final boolean isByWatchdog;
    private final Clock clock;
    private final Log log;
    private Restarts restarts;
    private @Nullable Duration since;
    private boolean isStable;

    /// Says what is wrong with the release in a slot; empty when nothing is.
    interface Inspection {
        Optional<String> fault(Release release, Slot slot) throws IOException;
    }

    RestartWatch(Memory memory, Device device, Booted booted, Clock clock, Log log) {
        this.memory = memory;
        this.booted = booted;
        this.isByWatchdog = device.facts("boot").getOrDefault("reset", "").equals("watchdog");
        this.clock = clock;
        this.log = log;
        this.restarts = memory.restarts();
    }

    /// Called again and again while a committed release runs.
    synchronized void watch() {
        Duration now = clock.elapsed();
        if (since == null) {
            since = now;
            store(
                    restarts.booted(
                            booted.slot(), booted.release().version(), booted.id(), isByWatchdog));
        }
        Duration lasted = now.minus(since);
        if (lasted.compareTo(SOON) >= 0 && !restarts.isSettled()) store(restarts.settled());
        if (lasted.compareTo(STABLE) >= 0 && !isStable) {
            isStable = true;
            if (restarts.ends() > 0) store(restarts.stable());
        }
    }

    /// The system stops in good order.
    synchronized void endInOrder() {
        if (since != null && !restarts.isSettled()) store(restarts.settled());
    }

    /// Looks at a suspect slot; may take a minute.
    void inspect(BootRecord record, History history, Inspection inspection) throws IOException {
        if (!restarts().isSuspicious()) return;
        Optional<String> fault = fault(history, inspection);
        if (fault.isEmpty()) {
            log.warn(restarts().words() + "; the slot is sound: power, kernel or hardware");
            checked("");
            return;
        }
        Optional<Release> refuge = history.in(booted.slot().other());
        boolean isWayOut =
                record.otherAllowed() && refuge.isPresent() && isComplete(refuge.get(), inspection);
        String why = restarts().words() + ": " + fault.get();
        log.error(why + (isWayOut ? "; leaving the slot" : "; there is no other slot to go to"));
        checked(isWayOut ? why : "");
    }

    /// Why the bootloader was to leave the slot that ran before; empty when it was not.
    synchronized String whyLeftOther() {
        return restarts.hasGivenUpOther(booted.slot()) ? restarts.givenUp() : "";
    }

    synchronized boolean hasGivenUp() {
        return restarts.hasGivenUp(booted.slot());
    }

    /// For the report of this boot; empty while there is nothing to tell.
    synchronized String words() {
        return restarts.givenUp().isEmpty() ? restarts.words() : restarts.givenUp();
    }

    private Optional<String> fault(History history, Inspection inspection) {
        Optional<Release> own = history.in(booted.slot()).filter(booted::runs);
        try {
            Optional<String> seen =
                    own.isPresent() ? inspection.fault(own.get(), booted.slot()) : Optional.empty();
            if (seen.isPresent()) return seen;
        } catch (IOException unreadable) {
            return Optional.of("its slot cannot be read: " + unreadable.getMessage());
        }
        boolean hangs = restarts().hangs() >= Restarts.SUSPICIOUS_ENDS;
        return hangs ? Optional.of("it hangs until the watchdog ends it") : Optional.empty();
    }

    private boolean isComplete(Release refuge, Inspection inspection) {
        try {
            return inspection.fault(refuge, booted.slot().other()).isEmpty();
        } catch (IOException unreadable) {
            return false;
        }
    }

    private synchronized Restarts restarts() {
        return restarts;
    }

    private synchronized void checked(String why) {
        store(restarts.checked(why));
    }

    private void store(Restarts changed) {
        if (changed.equals(restarts)) return;
        restarts = changed;
        try {
            memory.store(changed);
        } catch (IOException failed) {
            log.error("cannot count restarts: " + failed.getMessage());
        }
    }
}
