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
public record Assignment(
        RolloutId rollout, Version release, Channel channel, String target, Digest manifest) {
    public static Assignment read(JsonObject json) {
        return new Assignment(
                new RolloutId(json.text("rollout")),
                new Version(json.text("release")),
                new Channel(json.text("channel")),
                json.text("target"),
                new Digest(json.text("manifest")));
    }

    public JsonObject toJson() {
        return JsonObject.of("rollout", rollout.text())
                .with("release", release.text())
                .with("channel", channel.text())
                .with("target", target)
                .with("manifest", manifest.hex());
    }
}
