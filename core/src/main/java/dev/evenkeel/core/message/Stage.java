// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.core.message;

import dev.evenkeel.core.MalformedInput;
import java.util.Locale;

/// Where a device's update stands, as the device names it (design.md, section 6).
public enum Stage {
    IDLE,
    PLANNED,
    WRITING,
    VERIFYING,
    ARMED,
    REBOOTING,
    TRIAL,
    COMMITTED,
    ROLLED_BACK,
    /// The release was refused, or could not be installed, before anything was armed; the device
    /// runs what it ran.
    FAILED;

    public static Stage parse(String text) {
        for (Stage stage : values()) {
            if (stage.toString().equals(text)) return stage;
        }
        throw new MalformedInput("not a stage of an update: '" + text + "'");
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
