// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.core.message;

import dev.evenkeel.core.Channel;
import dev.evenkeel.core.Digest;
import dev.evenkeel.core.RolloutId;
import dev.evenkeel.core.Version;
import dev.evenkeel.core.json.JsonObject;

/// Which release a device shall run. It only points: the device installs nothing that TUF metadata
/// do not sign.
///
/// @param target TUF target name of the manifest
/// @param manifest digest that the target must have
/// @param terms what the update may fetch
public record Assignment(
        RolloutId rollout,
        Version release,
        Channel channel,
        String target,
        Digest manifest,
        FetchTerms terms) {
    /// An update that may fetch what it needs.
    public Assignment(
            RolloutId rollout, Version release, Channel channel, String target, Digest manifest) {
        this(rollout, release, channel, target, manifest, FetchTerms.FREE);
    }

    public static Assignment read(JsonObject json) {
        return new Assignment(
                new RolloutId(json.text("rollout")),
                new Version(json.text("release")),
                new Channel(json.text("channel")),
                json.text("target"),
                new Digest(json.text("manifest")),
                json.optionalObject("fetch").map(FetchTerms::read).orElse(FetchTerms.FREE));
    }

    public JsonObject toJson() {
        JsonObject json =
                JsonObject.of("rollout", rollout.text())
                        .with("release", release.text())
                        .with("channel", channel.text())
                        .with("target", target)
                        .with("manifest", manifest.hex());
        return terms.equals(FetchTerms.FREE) ? json : json.with("fetch", terms.toJson());
    }
}
