// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.server.console;

/// What every page shows around its content.
///
/// @param active which entry of the menu it belongs to
/// @param isDevelopment whether releases are signed with development keys
public record Frame(String title, String active, String fleet, boolean isDevelopment) {
    /// Whether somebody is logged in, and the page follows what changes.
    public boolean isLive() {
        return !active.isEmpty();
    }
}
