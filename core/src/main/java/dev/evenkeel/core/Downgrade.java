// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.core;

import dev.evenkeel.core.json.JsonObject;
import dev.evenkeel.core.json.StrictJson;
import java.time.Instant;

/// The leave for one device to install one older release until a certain time: the word of the
/// channel's role, published as its target `channels/<channel>/downgrades/<device>.json`.
///
/// @param manifest of the older release, and of no other with its version
public record Downgrade(
        FleetId fleet, DeviceId device, Version release, Digest manifest, Instant expires) {
    public static final String FOLDER = "downgrades";
    private static final int FORMAT = 1;

    public static String target(Channel channel, DeviceId device) {
        return "channels/" + channel + "/" + FOLDER + "/" + device + ".json";
    }

    public static Downgrade read(byte[] bytes) {
        try {
            JsonObject json = StrictJson.parseObject(bytes, Limits.MESSAGE_BYTES);
            if (!json.text("type").equals("downgrade")) {
                throw new MalformedInput("expected type downgrade");
            }
            json.requireFormat(FORMAT);
            return new Downgrade(
                    new FleetId(json.text("fleet")),
                    new DeviceId(json.text("device")),
                    new Version(json.text("release")),
                    new Digest(json.text("manifest")),
                    DeviceTime.parseInstant(json.text("expires")));
        } catch (MalformedInput wrong) {
            throw wrong.in("downgrade");
        }
    }

    public byte[] toBytes() {
        return JsonObject.of("type", "downgrade")
                .with("format", FORMAT)
                .with("fleet", fleet.text())
                .with("device", device.text())
                .with("release", release.text())
                .with("manifest", manifest.hex())
                .with("expires", expires.toString())
                .toCanonicalBytes();
    }
}
