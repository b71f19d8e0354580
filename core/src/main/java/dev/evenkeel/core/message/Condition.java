// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.core.message;

import dev.evenkeel.core.json.JsonObject;
import java.util.Optional;

/// What a device says about its own storage, and about attacks that it met.
///
/// @param overlayUsedBytes of `overlaySizeBytes` in the tmpfs above the read-only root
/// @param data `ok`, `repaired` or `broken: <why>`
/// @param log `ok`, `repaired` or `wiped`
/// @param lastError the newest error that the device met, in plain words; may be empty
/// @param attack what it refuses at present to believe or to install; usually nothing
public record Condition(
        long overlayUsedBytes,
        long overlaySizeBytes,
        String data,
        String log,
        String lastError,
        Optional<AttackSeen> attack) {
    public static final Condition UNKNOWN = new Condition(0, 0, "unknown", "unknown", "");

    public Condition(
            long overlayUsedBytes,
            long overlaySizeBytes,
            String data,
            String log,
            String lastError) {
        this(overlayUsedBytes, overlaySizeBytes, data, log, lastError, Optional.empty());
    }

    public static Condition read(JsonObject json) {
        return new Condition(
                json.size("overlay_used_bytes"),
                json.size("overlay_size_bytes"),
                json.text("data"),
                json.text("log"),
                json.text("last_error"),
                json.optionalObject("attack").map(AttackSeen::read));
    }

    public JsonObject toJson() {
        JsonObject json =
                JsonObject.of("overlay_used_bytes", overlayUsedBytes)
                        .with("overlay_size_bytes", overlaySizeBytes)
                        .with("data", data)
                        .with("log", log)
                        .with("last_error", lastError);
        return attack.isPresent() ? json.with("attack", attack.get().toJson()) : json;
    }
}
