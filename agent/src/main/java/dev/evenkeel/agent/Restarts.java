// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.agent;

import dev.evenkeel.core.BootId;
import dev.evenkeel.core.Slot;
import dev.evenkeel.core.Version;
import dev.evenkeel.core.json.JsonObject;
import java.util.Optional;
import java.util.Set;

/// How often the committed release ended unexpectedly (no orderly shutdown) soon after its boot.
/// Without it a slot that comes up healthy and then dies, for ever, would have its attempts
/// refilled for ever. Format: `docs/formats/journal.md`; why it counts as it does:
/// `docs/decisions/0040-unexpected-restarts.md`.
///
/// @param slot that the boots ran
/// @param release that they ran
/// @param boot the newest of them; empty before the first
/// @param isSettled whether the end of that boot will not count: it lasted, or ended in good order
/// @param ends unexpected ends in a row, each soon after its boot, without a stable run between
/// @param hangs how many of them the watchdog is known to have caused
/// @param checkedEnds `ends` when the slot was read back last
/// @param givenUp why the attempts are not refilled any more; empty while they are
/// @param isRefuge whether the other slot was given up: this one never is, or the two would take
///   turns for ever
/// @param unknown members that this version does not know; kept
record Restarts(
        Optional<Slot> slot,
        String release,
        Optional<BootId> boot,
        boolean isSettled,
        long ends,
        long hangs,
        long checkedEnds,
        String givenUp,
        boolean isRefuge,
        JsonObject unknown) {
    static final int FORMAT = 1;

    /// So many make the slot suspect.
    static final int SUSPICIOUS_ENDS = 6;

    static final Restarts NONE =
            new Restarts(
                    Optional.empty(),
                    "",
                    Optional.empty(),
                    true,
                    0,
                    0,
                    0,
                    "",
                    false,
                    JsonObject.EMPTY);

    private static final Set<String> KNOWN =
            Set.of(
                    "type",
                    "format",
                    "slot",
                    "release",
                    "boot",
                    "settled",
                    "ends",
                    "hangs",
                    "checked_ends",
                    "given_up",
                    "refuge");

    static Restarts read(JsonObject json) {
        return new Restarts(
                json.optionalText("slot").map(Slot::parse),
                json.text("release"),
                json.optionalText("boot").map(BootId::new),
                json.flag("settled"),
                json.size("ends"),
                json.size("hangs"),
                json.size("checked_ends"),
                json.text("given_up"),
                json.flag("refuge"),
                json.without(KNOWN));
    }

    JsonObject toJson() {
        JsonObject json =
                JsonObject.of("type", "restarts")
                        .with("format", FORMAT)
                        .with("release", release)
                        .with("settled", isSettled)
                        .with("ends", ends)
                        .with("hangs", hangs)
                        .with("checked_ends", checkedEnds)
                        .with("given_up", givenUp)
                        .with("refuge", isRefuge);
        if (slot.isPresent()) json = json.with("slot", slot.get().toString());
        if (boot.isPresent()) json = json.with("boot", boot.get().text());
        return unknown.withAll(json);
    }

    /// The committed release of `running` was found running in this boot.
    ///
    /// @param byWatchdog whether the watchdog ended the boot before
    Restarts booted(Slot running, Version version, BootId id, boolean byWatchdog) {
        if (boot.equals(Optional.of(id))) return this;
        boolean isSame = slot.equals(Optional.of(running)) && release.equals(version.text());
        if (!isSame) {
            boolean wasLeft = hasGivenUpOther(running);
            return new Restarts(
                    Optional.of(running),
                    version.text(),
                    Optional.of(id),
                    false,
                    0,
                    0,
                    0,
                    "",
                    wasLeft,
                    unknown);
        }
        boolean counts = !isSettled;
        return new Restarts(
                slot,
                release,
                Optional.of(id),
                false,
                counts ? ends + 1 : ends,
                counts && byWatchdog ? hangs + 1 : hangs,
                checkedEnds,
                givenUp,
                isRefuge,
                unknown);
    }

    /// This boot's end, whatever it is, will not count.
    Restarts settled() {
        return new Restarts(
                slot, release, boot, true, ends, hangs, checkedEnds, givenUp, isRefuge, unknown);
    }

    /// A long run without an end: what was counted before is forgotten.
    Restarts stable() {
        return new Restarts(slot, release, boot, true, 0, 0, 0, givenUp, isRefuge, unknown);
    }

    /// The slot was looked at.
    ///
    /// @param why empty when it stays
    Restarts checked(String why) {
        return new Restarts(
                slot, release, boot, isSettled, ends, hangs, ends, why, isRefuge, unknown);
    }

    /// Whether the slot should be looked at: after six ends, and again after six more.
    boolean isSuspicious() {
        return ends >= checkedEnds + SUSPICIOUS_ENDS && givenUp.isEmpty() && !isRefuge;
    }

    boolean hasGivenUp(Slot running) {
        return slot.equals(Optional.of(running)) && !givenUp.isEmpty();
    }

    boolean hasGivenUpOther(Slot running) {
        return slot.equals(Optional.of(running.other())) && !givenUp.isEmpty();
    }

    /// In plain words; empty while there is nothing to tell.
    String words() {
        if (ends < SUSPICIOUS_ENDS) return "";
        return "release "
                + release
                + " ended unexpectedly "
                + ends
                + " times in a row, each within half an hour of its boot"
                + (hangs > 0 ? ", " + hangs + " times by the watchdog" : "");
    }
}
