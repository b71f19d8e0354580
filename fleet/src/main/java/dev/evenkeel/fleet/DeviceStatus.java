// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.fleet;

import dev.evenkeel.core.message.DownloadPlan;
import dev.evenkeel.core.message.Running;
import dev.evenkeel.core.message.UpdateProgress;
import java.util.List;
import java.util.Optional;

/// All that is known of one device at one moment.
///
/// @param desired the rollout whose release it shall run now; empty when it is as it shall be
/// @param waitsFor what is being prepared before it is told to begin, in plain words; usually empty
/// @param updates its parts in rollouts, newest first
public record DeviceStatus(
        Device device,
        DeviceState state,
        boolean online,
        List<GroupName> groups,
        Optional<Rollout> desired,
        Optional<String> waitsFor,
        List<DeviceUpdate> updates) {
    public DeviceStatus {
        groups = List.copyOf(groups);
        updates = List.copyOf(updates);
    }

    public Optional<Running> running() {
        return state.contact().map(contact -> contact.checkIn().running());
    }

    /// How its update comes to it, and whether that needs leave: as it told last.
    public Optional<DownloadPlan> plan() {
        return state.contact()
                .flatMap(contact -> contact.checkIn().update())
                .flatMap(UpdateProgress::plan);
    }

    /// Its newest update.
    public Optional<DeviceUpdate> update() {
        return updates.stream().findFirst();
    }

    /// The newest update while it has no end yet.
    public Optional<DeviceUpdate> underWay() {
        return update().filter(newest -> !newest.state().isSettled());
    }

    /// The state to show for the device: offline when it is silent, else that of its newest update;
    /// empty when it is there and was never asked for one.
    public Optional<UpdateState.Name> shown() {
        if (!online) return Optional.of(UpdateState.Name.OFFLINE);
        return update().map(newest -> newest.state().name());
    }
}
