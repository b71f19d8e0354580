// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.fleet;

import dev.evenkeel.core.DeviceId;
import dev.evenkeel.core.RolloutId;
import dev.evenkeel.core.message.CheckIn;
import dev.evenkeel.core.message.UpdateProgress;
import java.time.Instant;

/// One device's part in a rollout. Nothing is kept of it until the release was assigned.
///
/// @param rolloutNumber orders the updates of one device
/// @param since when it entered its state
/// @param doneBytes of `totalBytes` stand verified in the slot
/// @param downloadedBytes fetched for it, as the device tells
/// @param allowedBytes that it may fetch whatever its budgets are; 0 where nobody was asked
/// @param message what the device says about it; may be empty
public record DeviceUpdate(
        DeviceId device,
        RolloutId rollout,
        long rolloutNumber,
        ReleaseName release,
        UpdateState state,
        Instant since,
        long doneBytes,
        long totalBytes,
        long downloadedBytes,
        long allowedBytes,
        String message) {
    static DeviceUpdate assigned(DeviceId device, Rollout rollout, Instant now) {
        return new DeviceUpdate(
                device,
                rollout.id(),
                rollout.number(),
                rollout.release(),
                new UpdateState.Pending(),
                now,
                0,
                0,
                0,
                0,
                "");
    }

    DeviceUpdate supersededBy(Rollout other, Instant now) {
        return in(new UpdateState.Superseded("rollout " + other.id() + " took over"), now);
    }

    DeviceUpdate after(UpdateEvent event, Instant now) {
        return in(state.next(event), now);
    }

    private DeviceUpdate in(UpdateState next, Instant now) {
        return new DeviceUpdate(
                device,
                rollout,
                rolloutNumber,
                release,
                next,
                next.equals(state) ? since : now,
                doneBytes,
                totalBytes,
                downloadedBytes,
                allowedBytes,
                message);
    }

    DeviceUpdate with(CheckIn checkIn) {
        return checkIn.update()
                .filter(told -> UpdateEvent.concerns(told, rollout, release))
                .map(this::with)
                .orElse(this);
    }

    private DeviceUpdate with(UpdateProgress told) {
        return new DeviceUpdate(
                device,
                rollout,
                rolloutNumber,
                release,
                state,
                since,
                told.doneBytes(),
                told.totalBytes(),
                told.downloadedBytes(),
                allowedBytes,
                told.message());
    }

    DeviceUpdate allowing(long bytes) {
        return new DeviceUpdate(
                device,
                rollout,
                rolloutNumber,
                release,
                state,
                since,
                doneBytes,
                totalBytes,
                downloadedBytes,
                bytes,
                message);
    }
}
