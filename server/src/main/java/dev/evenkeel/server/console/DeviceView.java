// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.server.console;

import java.util.List;

/// One device, in words.
///
/// @param state to show, see DeviceStatus
/// @param running release and slot; `unknown` before the first check-in
/// @param desired release and rollout; empty when it is as it shall be
/// @param progressPercent of the present update; -1 when none is under way
/// @param conflict what shows two holders; empty when nothing does
public record DeviceView(
        String id,
        String type,
        String state,
        boolean isOnline,
        String running,
        String desired,
        int progressPercent,
        String seen,
        String lastError,
        String data,
        String conflict,
        List<UpdateLine> updates,
        List<EventLine> timeline) {
    /// One of its updates.
    public record UpdateLine(
            String rollout, String release, String state, String reason, String evidence) {}

    /// One line of its timeline.
    public record EventLine(String at, String kind, String text) {}

    public DeviceView {
        updates = List.copyOf(updates);
        timeline = List.copyOf(timeline);
    }
}
