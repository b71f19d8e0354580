// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.server.console;

import java.util.List;

/// What every page shows around its content.
///
/// @param active which entry of the menu it belongs to; empty before the login
/// @param isDevelopment whether releases are signed with development keys
/// @param warnings what expires or waits for signatures
/// @param asset version of the linked files
public record Frame(
        String title,
        String active,
        String fleet,
        boolean isDevelopment,
        List<String> warnings,
        String asset) {
    public Frame {
        warnings = List.copyOf(warnings);
    }

    /// Whether somebody is logged in, and the page follows what changes.
    public boolean isLive() {
        return !active.isEmpty();
    }
}
