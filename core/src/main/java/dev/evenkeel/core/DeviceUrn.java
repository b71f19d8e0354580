// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.core;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A device and its fleet, as certificates name them: `urn:evenkeel:<fleet>:device:<device>` in the
/// subject alternative name.
public record DeviceUrn(FleetId fleet, DeviceId device) {
    private static final Pattern SHAPE =
            Pattern.compile("urn:evenkeel:([a-z0-9-]{1,32}):device:(dev-[0-9a-z]{26})");

    public static DeviceUrn parse(String text) {
        Matcher parts = SHAPE.matcher(text);
        if (!parts.matches()) {
            throw new MalformedInput(
                    "not the name of a device (urn:evenkeel:<fleet>:device:<device>): '"
                            + (text.length() <= 80 ? text : text.substring(0, 80) + "...")
                            + "'");
        }
        return new DeviceUrn(new FleetId(parts.group(1)), new DeviceId(parts.group(2)));
    }

    public static boolean isOne(String text) {
        return SHAPE.matcher(text).matches();
    }

    @Override
    public String toString() {
        return "urn:evenkeel:" + fleet + ":device:" + device;
    }
}
