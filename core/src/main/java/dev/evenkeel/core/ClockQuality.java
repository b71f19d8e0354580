// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.core;

/// How far a device trusts its own clock.
public enum ClockQuality {
    /// A time source agreed since boot.
    SYNCED("synced"),
    /// No source yet: the clock is at least the newest signed time that the device ever saw.
    FLOOR("floor"),
    /// Nothing is known; the time may be off by decades.
    UNKNOWN("unknown");

    private final String text;

    ClockQuality(String text) {
        this.text = text;
    }

    public static ClockQuality parse(String text) {
        for (ClockQuality quality : values()) {
            if (quality.text.equals(text)) return quality;
        }
        throw new MalformedInput("not a clock quality (synced, floor or unknown): '" + text + "'");
    }

    @Override
    public String toString() {
        return text;
    }
}
