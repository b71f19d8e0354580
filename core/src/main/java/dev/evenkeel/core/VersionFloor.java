// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.core;

import dev.evenkeel.core.json.JsonObject;
import dev.evenkeel.core.json.StrictJson;

/// No release below this version is to be installed on a device type of a channel: the word of the
/// channel's role, published as its target `channels/<channel>/floors/<device type>.json`. A device
/// keeps the highest that it saw.
public record VersionFloor(FleetId fleet, DeviceType deviceType, Version version) {
    public static final String FOLDER = "floors";
    private static final int FORMAT = 1;

    public static String target(Channel channel, DeviceType deviceType) {
        return "channels/" + channel + "/" + FOLDER + "/" + deviceType + ".json";
    }

    public static VersionFloor read(byte[] bytes) {
        try {
            JsonObject json = StrictJson.parseObject(bytes, Limits.MESSAGE_BYTES);
            if (!json.text("type").equals("version-floor")) {
                throw new MalformedInput("expected type version-floor");
            }
            json.requireFormat(FORMAT);
            return new VersionFloor(
                    new FleetId(json.text("fleet")),
                    new DeviceType(json.text("device_type")),
                    new Version(json.text("version")));
        } catch (MalformedInput wrong) {
            throw wrong.in("version floor");
        }
    }

    public byte[] toBytes() {
        return JsonObject.of("type", "version-floor")
                .with("format", FORMAT)
                .with("fleet", fleet.text())
                .with("device_type", deviceType.text())
                .with("version", version.text())
                .toCanonicalBytes();
    }
}
