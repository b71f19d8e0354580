// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.server.console;

/// What every page shows around its content.
///
/// @param active which entry of the menu it belongs to; empty before the login
/// @param isDevelopment whether releases are signed with development keys
/// @param asset version of the linked files
public record Frame(
        String title, String active, String fleet, boolean isDevelopment, String asset) {
    /// Whether somebody is logged in, and the page follows what changes.
    public boolean isLive() {
        return !active.isEmpty();
    }
}
