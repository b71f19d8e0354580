// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.core;

import dev.evenkeel.core.json.JsonObject;

/// The hardware that a bundle fits: a device type and a range of hardware revisions.
public record Compatible(DeviceType deviceType, IntRange revisions) {
    public Compatible {
        String type = deviceType.text();
        if (type.equals(VersionFloor.FOLDER) || type.equals(Downgrade.FOLDER)) {
            throw new MalformedInput(
                    "no device type may be called '" + type + "': a channel keeps its rules there");
        }
    }

    public static Compatible read(JsonObject json) {
        return new Compatible(
                new DeviceType(json.text("device_type")), IntRange.read(json.object("revisions")));
    }

    public JsonObject toJson() {
        return JsonObject.of("device_type", deviceType.text())
                .with("revisions", revisions.toJson());
    }

    public boolean fits(DeviceType type, int revision) {
        return deviceType.equals(type) && revisions.contains(revision);
    }

    @Override
    public String toString() {
        return deviceType + " revision " + revisions;
    }
}
