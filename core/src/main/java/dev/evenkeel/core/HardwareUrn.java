// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.core;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The hardware that asks for a certificate, and the fleet that it wants to join:
/// `urn:evenkeel:<fleet>:hardware:<device type>:<revision>` in the subject alternative name of its
/// request.
public record HardwareUrn(FleetId fleet, DeviceType type, int revision) {
    private static final Pattern SHAPE =
            Pattern.compile(
                    "urn:evenkeel:([a-z0-9-]{1,32}):hardware:([a-z0-9._-]{1,64}):([0-9]{1,9})");

    public static HardwareUrn parse(String text) {
        Matcher parts = SHAPE.matcher(text);
        if (!parts.matches()) {
            throw new MalformedInput(
                    "not a hardware (urn:evenkeel:<fleet>:hardware:<device type>:<revision>): '"
                            + (text.length() <= 80 ? text : text.substring(0, 80) + "...")
                            + "'");
        }
        return new HardwareUrn(
                new FleetId(parts.group(1)),
                new DeviceType(parts.group(2)),
                Integer.parseInt(parts.group(3)));
    }

    public static boolean isOne(String text) {
        return SHAPE.matcher(text).matches();
    }

    @Override
    public String toString() {
        return "urn:evenkeel:" + fleet + ":hardware:" + type + ":" + revision;
    }
}
