// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.fleet;

import dev.evenkeel.core.MalformedInput;
import java.util.Locale;

/// How good the proof of an update's result is, weakest first (promise 3).
public enum Evidence {
    /// Nobody told; it was concluded.
    UNPROVEN,
    /// The device told it, over its authenticated connection but unsigned.
    REPORTED,
    /// A boot report, signed by the device after its reboot and health checks.
    SIGNED;

    public static Evidence parse(String text) {
        for (Evidence evidence : values()) {
            if (evidence.toString().equals(text)) return evidence;
        }
        throw new MalformedInput("not an evidence (unproven, reported or signed): '" + text + "'");
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
