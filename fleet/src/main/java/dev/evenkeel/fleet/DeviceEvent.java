// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.fleet;

import dev.evenkeel.core.DeviceId;
import java.time.Instant;
import java.util.Locale;

/// One line of a device's timeline.
///
/// @param text in plain words
public record DeviceEvent(DeviceId device, Instant at, Kind kind, String text) {
    public enum Kind {
        ENROLLED,
        ASSIGNED,
        STATE,
        REPORT,
        BOOT,
        QUARANTINE,
        REVOKED,
        CERTIFICATE,
        DOWNGRADE,
        DOWNLOAD,
        ERROR;

        public static Kind parse(String text) {
            return valueOf(text.toUpperCase(Locale.ROOT));
        }

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
