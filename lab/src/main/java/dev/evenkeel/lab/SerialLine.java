// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.lab;

import java.util.Locale;

/// One line that a device wrote to its serial port, without control characters.
///
/// @param powerOn counts how often the device was switched on, from 1
/// @param seconds since it was switched on
public record SerialLine(int powerOn, double seconds, String text) {
    @Override
    public String toString() {
        return String.format(Locale.ROOT, "[%8.2f] %s", seconds, text);
    }
}
