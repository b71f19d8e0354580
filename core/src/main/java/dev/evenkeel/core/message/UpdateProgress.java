// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.core.message;

import dev.evenkeel.core.Digest;
import dev.evenkeel.core.RolloutId;
import dev.evenkeel.core.Version;
import dev.evenkeel.core.json.JsonObject;
import java.util.Optional;

/// How far a device is with an update, or how its last one ended.
///
/// @param rollout the rollout that asked for it; empty when it was installed by hand
/// @param doneBytes of `totalBytes` raw bytes that stand verified in the slot
/// @param downloadedBytes fetched over the network for this update so far
/// @param message in plain words: why it waits, failed or came back; may be empty
/// @param plan how it comes here; empty before that was worked out
public record UpdateProgress(
        Optional<RolloutId> rollout,
        Version release,
        Digest manifest,
        Stage stage,
        long doneBytes,
        long totalBytes,
        long downloadedBytes,
        String message,
        Optional<DownloadPlan> plan) {
    /// Without a plan.
    public UpdateProgress(
            Optional<RolloutId> rollout,
            Version release,
            Digest manifest,
            Stage stage,
            long doneBytes,
            long totalBytes,
            long downloadedBytes,
            String message) {
        this(
                rollout,
                release,
                manifest,
                stage,
                doneBytes,
                totalBytes,
                downloadedBytes,
                message,
                Optional.empty());
    }

    /// The same, with how it comes here.
    public UpdateProgress with(DownloadPlan chosen) {
        return new UpdateProgress(
                rollout,
                release,
                manifest,
                stage,
                doneBytes,
                totalBytes,
                downloadedBytes,
                message,
                Optional.of(chosen));
    }

    public static UpdateProgress read(JsonObject json) {
        return new UpdateProgress(
                json.optionalText("rollout").map(RolloutId::new),
                new Version(json.text("release")),
                new Digest(json.text("manifest")),
                Stage.parse(json.text("stage")),
                json.size("done_bytes"),
                json.size("total_bytes"),
                json.size("downloaded_bytes"),
                json.text("message"),
                json.optionalObject("plan").map(DownloadPlan::read));
    }

    public JsonObject toJson() {
        JsonObject json =
                JsonObject.of("release", release.text())
                        .with("manifest", manifest.hex())
                        .with("stage", stage.toString())
                        .with("done_bytes", doneBytes)
                        .with("total_bytes", totalBytes)
                        .with("downloaded_bytes", downloadedBytes)
                        .with("message", message);
        if (plan.isPresent()) json = json.with("plan", plan.get().toJson());
        return rollout.isPresent() ? json.with("rollout", rollout.get().text()) : json;
    }
}
