// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.agent;

import dev.evenkeel.core.RolloutId;
import dev.evenkeel.core.Slot;
import dev.evenkeel.core.json.JsonObject;
import dev.evenkeel.core.message.BootReport;
import dev.evenkeel.core.message.FetchTerms;
import java.util.Optional;

/// One device's part of a rollout: which release goes into which slot.
///
/// @param number grows with every update of this device; the boot record carries it while the slot
///   is armed, so that a fallback is told from an arming that never happened
/// @param rollout that asked for it; empty for an operator's rollback on the device
/// @param terms what it may fetch
record Update(
        long number, Optional<RolloutId> rollout, Release release, Slot slot, FetchTerms terms) {
    /// One that may fetch what it needs.
    Update(long number, Optional<RolloutId> rollout, Release release, Slot slot) {
        this(number, rollout, release, slot, FetchTerms.FREE);
    }

    static Update read(JsonObject json) {
        return new Update(
                json.size("number"),
                json.optionalText("rollout").map(RolloutId::new),
                Release.read(json.object("release")),
                Slot.parse(json.text("slot")),
                json.optionalObject("fetch").map(FetchTerms::read).orElse(FetchTerms.FREE));
    }

    JsonObject toJson() {
        JsonObject json =
                JsonObject.of("number", number)
                        .with("release", release.toJson())
                        .with("slot", slot.toString());
        if (!terms.equals(FetchTerms.FREE)) json = json.with("fetch", terms.toJson());
        return rollout.isPresent() ? json.with("rollout", rollout.get().text()) : json;
    }

    Update with(FetchTerms other) {
        return new Update(number, rollout, release, slot, other);
    }

    /// What a report says the update was; empty when the device never knew the manifest.
    Optional<BootReport.Subject> subject() {
        return release.manifest()
                .map(digest -> new BootReport.Subject(rollout, release.version(), digest));
    }

    /// The mark that the boot record carries from arming on.
    String armingMark() {
        return "update-" + number;
    }

    boolean isSameAs(Update other) {
        return rollout.equals(other.rollout) && release.manifest().equals(other.release.manifest());
    }

    @Override
    public String toString() {
        return "release " + release.version() + " for slot " + slot;
    }
}
