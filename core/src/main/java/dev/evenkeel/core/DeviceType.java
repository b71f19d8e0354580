// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.core;

import java.util.regex.Pattern;

/// The kind of hardware that an image is made for, for example `qemu-x86`.
public record DeviceType(String text) implements Comparable<DeviceType> {
    private static final Pattern SHAPE = Pattern.compile("[a-z0-9](?:[a-z0-9._-]{0,62}[a-z0-9])?");

    public DeviceType {
        if (!SHAPE.matcher(text).matches()) {
            throw new MalformedInput(
                    "not a device type: '"
                            + (text.length() <= 80 ? text : text.substring(0, 80) + "...")
                            + "' (expected 1 to 64 of a-z, 0-9 and inner '.', '_', '-')");
        }
    }

    @Override
    public int compareTo(DeviceType other) {
        return text.compareTo(other.text);
    }

    @Override
    public String toString() {
        return text;
    }
}
