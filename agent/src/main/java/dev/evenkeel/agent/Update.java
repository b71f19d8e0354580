// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.agent;

import dev.evenkeel.core.RolloutId;
import dev.evenkeel.core.Slot;
import dev.evenkeel.core.json.JsonObject;
import dev.evenkeel.core.message.BootReport;
import java.util.Optional;

/// One device's part of a rollout: which release goes into which slot.
///
/// @param number grows with every update of this device; the boot record carries it while the slot
///   is armed, so that a fallback is told from an arming that never happened
/// @param rollout that asked for it; empty for an operator's rollback on the device
record Update(long number, Optional<RolloutId> rollout, Release release, Slot slot) {
    static Update read(JsonObject json) {
        return new Update(
                json.size("number"),
                json.optionalText("rollout").map(RolloutId::new),
                Release.read(json.object("release")),
                Slot.parse(json.text("slot")));
    }

    JsonObject toJson() {
        JsonObject json =
                JsonObject.of("number", number)
                        .with("release", release.toJson())
                        .with("slot", slot.toString());
        return rollout.isPresent() ? json.with("rollout", rollout.get().text()) : json;
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
