// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.server.console;

import java.util.Locale;

/// One device in a table.
///
/// @param progressPercent of the present update; -1 when none is under way
/// @param release that runs; `unknown` before the first check-in
/// @param slot empty before the first check-in
/// @param desired the release that it shall run instead; empty when it is as it shall be
/// @param note why it needs somebody; empty when it does not
public record DeviceRow(
        String id,
        String type,
        String groups,
        Chip chip,
        boolean isQuarantined,
        int progressPercent,
        String release,
        String slot,
        boolean isOnTrial,
        String desired,
        When seen,
        String note) {
    /// Whether `text`, lower case, occurs in what a person may look for.
    boolean mentions(String text) {
        String all =
                String.join(
                        " ",
                        id,
                        type,
                        groups,
                        chip.words(),
                        isQuarantined ? Chip.QUARANTINE.words() : "",
                        release,
                        desired,
                        note);
        return all.toLowerCase(Locale.ROOT).contains(text);
    }
}
