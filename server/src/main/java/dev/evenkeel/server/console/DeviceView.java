// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.server.console;

import java.util.List;

/// One device and all that an operator asks about it.
///
/// @param why it runs what it runs, in sentences
/// @param asks how much it asks to fetch; empty when it asks for nothing
/// @param steps of its newest update; empty when it never had one
public record DeviceView(
        DeviceRow row,
        String since,
        String quarantine,
        IdentityView identity,
        List<String> why,
        String asks,
        List<SlotView> slots,
        List<Step> steps,
        Progress progress,
        Storage storage,
        String clock,
        List<String> capabilities,
        List<UpdateLine> updates,
        List<ReportLine> reports,
        List<EventLine> timeline) {
    /// Who the device is, as was certified.
    ///
    /// @param revoked why; empty when it was not
    /// @param isRevoked whether its key counts for nothing any more
    public record IdentityView(
            String key, String admitted, String certificate, boolean isRevoked, String revoked) {}

    /// One slot.
    ///
    /// @param role `running`, `running on trial`, `being written`, ...
    /// @param percent written; -1 when nothing is being written
    public record SlotView(String name, String release, String role, String kind, int percent) {}

    /// One state on an update's way.
    ///
    /// @param place `done`, `now`, `ahead` or `bad`
    public record Step(String words, String place) {}

    /// The update that is under way.
    ///
    /// @param percent -1 when none is
    public record Progress(int percent, String words, String message) {}

    /// What the device says about its own storage.
    ///
    /// @param overlayPercent -1 when it has told nothing
    /// @param isDataBroken whether somebody must look
    /// @param attack what it refuses at present; empty when nothing
    public record Storage(
            int overlayPercent,
            String overlay,
            String data,
            boolean isDataBroken,
            String log,
            String lastError,
            String attack) {}

    /// One of its updates.
    public record UpdateLine(
            String rollout, String release, Chip chip, String why, String evidence, When since) {}

    /// One boot report that it signed.
    ///
    /// @param envelope as it was received and verified
    public record ReportLine(
            long counter,
            When at,
            String runs,
            String verdict,
            String outcome,
            int attempts,
            String reason,
            String boot,
            String key,
            String envelope) {}

    /// One line of its timeline.
    public record EventLine(When at, String kind, String text) {}

    public DeviceView {
        why = List.copyOf(why);
        slots = List.copyOf(slots);
        steps = List.copyOf(steps);
        capabilities = List.copyOf(capabilities);
        updates = List.copyOf(updates);
        reports = List.copyOf(reports);
        timeline = List.copyOf(timeline);
    }
}
