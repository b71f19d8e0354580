// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.core;

import java.util.regex.Pattern;

/// One boot of one device: the kernel's random boot id, see random(4),
/// `/proc/sys/kernel/random/boot_id`.
public record BootId(String text) implements Comparable<BootId> {
    private static final Pattern SHAPE =
            Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");

    public BootId {
        if (!SHAPE.matcher(text).matches()) {
            throw new MalformedInput(
                    "not a boot id: '"
                            + (text.length() <= 80 ? text : text.substring(0, 80) + "...")
                            + "' (expected a lower-case UUID)");
        }
    }

    @Override
    public int compareTo(BootId other) {
        return text.compareTo(other.text);
    }

    @Override
    public String toString() {
        return text;
    }
}
