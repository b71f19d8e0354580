// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.server.console;

import java.util.List;

/// A table of devices.
///
/// @param sought the text that they were chosen by; may be empty
/// @param found how many there are, of which `rows` are the first
public record DeviceList(
        List<DeviceRow> rows, String sought, int found, int all, List<Guest> waiting) {
    /// A device that waits for somebody to let it in.
    public record Guest(String code, String hardware, String address, When since) {}

    public DeviceList {
        rows = List.copyOf(rows);
        waiting = List.copyOf(waiting);
    }
}
