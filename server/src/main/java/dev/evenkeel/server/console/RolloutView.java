// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.server.console;

import java.util.List;

/// One rollout.
///
/// @param settled how many devices have a result or needed none, of `devices`
/// @param canHalt whether it runs
/// @param canResume whether it is halted
/// @param canAbort whether it can still be ended for good
/// @param members its devices, where the page shows them
public record RolloutView(
        String id,
        String release,
        String type,
        String group,
        String channel,
        Chip chip,
        String note,
        String least,
        String budget,
        When started,
        When changed,
        int devices,
        int settled,
        StateBar states,
        boolean canHalt,
        boolean canResume,
        boolean canAbort,
        List<Member> members) {
    /// One device's part in it.
    public record Member(
            String device,
            Chip chip,
            int progressPercent,
            String evidence,
            String why,
            When since) {}

    public RolloutView {
        members = List.copyOf(members);
    }
}
