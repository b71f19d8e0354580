// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.lab.soak;

import java.time.Duration;
import java.util.Locale;

/// A moment of the soak in words.
final class Moment {
    private Moment() {}

    /// `day 3, 07:12:05`; the first day is 1.
    static String of(Duration time) {
        return String.format(
                Locale.ROOT,
                "day %d, %02d:%02d:%02d",
                time.toDays() + 1,
                time.toHoursPart(),
                time.toMinutesPart(),
                time.toSecondsPart());
    }
}
