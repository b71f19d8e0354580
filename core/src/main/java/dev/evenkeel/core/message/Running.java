// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.core.message;

import dev.evenkeel.core.Digest;
import dev.evenkeel.core.Slot;
import dev.evenkeel.core.Version;
import dev.evenkeel.core.json.JsonObject;
import java.util.Optional;

/// What a device runs right now. The device is the only authority on it.
///
/// @param manifest digest of the running release's manifest; empty where the device was flashed
///   without one
/// @param trial whether this boot is on trial, not yet committed
public record Running(Slot slot, Version release, Optional<Digest> manifest, boolean trial) {
    public static Running read(JsonObject json) {
        return new Running(
                Slot.parse(json.text("slot")),
                new Version(json.text("release")),
                json.optionalText("manifest").map(Digest::new),
                json.flag("trial"));
    }

    public JsonObject toJson() {
        JsonObject json =
                JsonObject.of("slot", slot.toString())
                        .with("release", release.text())
                        .with("trial", trial);
        return manifest.isPresent() ? json.with("manifest", manifest.get().hex()) : json;
    }
}
