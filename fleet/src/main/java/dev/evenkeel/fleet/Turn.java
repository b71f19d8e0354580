// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.fleet;

import dev.evenkeel.core.Digest;
import dev.evenkeel.core.RolloutId;
import dev.evenkeel.core.message.BootReport;
import dev.evenkeel.core.message.CheckIn;
import dev.evenkeel.core.message.Running;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/// One message of one device, worked out before anything changes: what will be known afterwards,
/// and what is to be kept of it.
final class Turn {
    private final LiveDevice live;
    private final Instant now;
    private final Retention retention;
    private final Map<RolloutId, DeviceUpdate> updates;
    private final List<FleetChange> changes = new ArrayList<>();
    private DeviceState state;

    Turn(LiveDevice live, Instant now, Retention retention) {
        this.live = live;
        this.now = now;
        this.retention = retention;
        this.updates = new HashMap<>(live.updates);
        this.state = live.state;
    }

    Map<RolloutId, DeviceUpdate> updates() {
        return updates;
    }

    List<FleetChange> changes() {
        return changes;
    }

    /// Makes it so, for all to see.
    void publish() {
        live.state = state;
        live.updates = Map.copyOf(updates);
    }

    void checkedIn(CheckIn checkIn, Optional<Rollout> worksOn) {
        Optional<CheckIn> before = state.contact().map(Contact::checkIn);
        String error = checkIn.condition().lastError();
        if (!error.isEmpty()
                && before.filter(b -> b.condition().lastError().equals(error)).isEmpty()) {
            happened(DeviceEvent.Kind.ERROR, error);
        }
        if (before.filter(b -> b.boot().equals(checkIn.boot())).isEmpty()) {
            happened(DeviceEvent.Kind.BOOT, "booted " + inWords(checkIn.running()));
        }
        keep(state.with(new Contact(now, checkIn)));
        worksOn.ifPresent(this::known);
        for (DeviceUpdate update : List.copyOf(updates.values())) {
            updates.put(update.rollout(), update.with(checkIn));
        }
        judge(
                checkIn.running(),
                update -> UpdateEvent.in(checkIn, update.rollout(), update.release()));
    }

    void reported(BootReport report, byte[] envelope, Optional<Rollout> about) {
        keep(state.with(report));
        happened(DeviceEvent.Kind.REPORT, inWords(report));
        about.ifPresent(this::known);
        Map<RolloutId, DeviceUpdate> before = Map.copyOf(updates);
        judge(
                report.running(),
                update -> UpdateEvent.in(report, update.rollout(), update.release()));
        changes.add(
                new FleetChange.ReportKept(
                        live.device.id(),
                        report.counter(),
                        now,
                        envelope,
                        changedSince(before),
                        retention.reports()));
    }

    private Set<RolloutId> changedSince(Map<RolloutId, DeviceUpdate> before) {
        var changed = new HashSet<RolloutId>();
        for (DeviceUpdate update : updates.values()) {
            DeviceUpdate old = before.get(update.rollout());
            if (old == null || !old.state().equals(update.state())) changed.add(update.rollout());
        }
        return changed;
    }

    void quarantined(String what) {
        keep(state.quarantined(new DeviceState.Quarantine(now, what)));
        happened(DeviceEvent.Kind.QUARANTINE, "in quarantine: " + what);
    }

    void released() {
        keep(state.released());
        happened(DeviceEvent.Kind.QUARANTINE, "an operator has looked; the quarantine is lifted");
    }

    void downgradeAllowed(String what) {
        happened(DeviceEvent.Kind.DOWNGRADE, what);
    }

    void downloadAllowed(DeviceUpdate update, long bytes) {
        put(update.allowing(bytes));
        happened(
                DeviceEvent.Kind.DOWNLOAD,
                "may fetch "
                        + bytes
                        + " bytes for "
                        + update.release().version()
                        + ", whatever its budgets are");
    }

    Device revoked(String why) {
        Device device = live.device.with(new Device.Revocation(now, why));
        changes.add(new FleetChange.DeviceKept(device));
        happened(DeviceEvent.Kind.REVOKED, "revoked" + (why.isEmpty() ? "" : ": " + why));
        return device;
    }

    /// The device is told to follow `rollout`; what another one had begun is over.
    void assigned(Rollout rollout) {
        DeviceUpdate known = updates.get(rollout.id());
        if (known != null && !known.state().isSettled()) return;
        for (DeviceUpdate other : List.copyOf(updates.values())) {
            if (!other.state().isSettled()) put(other.supersededBy(rollout, now));
        }
        put(DeviceUpdate.assigned(live.device.id(), rollout, now));
        happened(
                DeviceEvent.Kind.ASSIGNED,
                "shall run " + rollout.release().version() + " by rollout " + rollout.id());
    }

    /// The device speaks of a rollout that nothing was kept of, or no more.
    private void known(Rollout rollout) {
        if (updates.containsKey(rollout.id())) return;
        put(DeviceUpdate.assigned(live.device.id(), rollout, now));
    }

    /// Lets every update of the device take what was told, newest first. That the device runs what
    /// a newer update brought takes nothing from an older one.
    private void judge(Running running, Function<DeviceUpdate, List<UpdateEvent>> events) {
        Set<Digest> newer = new HashSet<>();
        for (DeviceUpdate update : LiveDevice.newestFirst(updates)) {
            boolean runsNewer = running.manifest().filter(newer::contains).isPresent();
            DeviceUpdate next = update;
            for (UpdateEvent event : events.apply(update)) {
                if (event instanceof UpdateEvent.RunsOther && runsNewer) continue;
                next = next.after(event, now);
            }
            put(next);
            newer.add(update.release().manifest());
        }
    }

    private void put(DeviceUpdate next) {
        DeviceUpdate before = live.updates.get(next.rollout());
        updates.put(next.rollout(), next);
        if (next.equals(before)) return;
        changes.add(new FleetChange.UpdateKept(next));
        if (before != null && !next.state().equals(before.state())) {
            String reason = next.state().reason();
            happened(
                    DeviceEvent.Kind.STATE,
                    "update to "
                            + next.release().version()
                            + ": "
                            + next.state().name()
                            + (reason.isEmpty() ? "" : ": " + reason));
        }
    }

    private void keep(DeviceState next) {
        state = next;
        changes.add(new FleetChange.StateKept(next));
    }

    private void happened(DeviceEvent.Kind kind, String text) {
        var event = new DeviceEvent(live.device.id(), now, kind, text);
        changes.add(new FleetChange.EventHappened(event, retention.events()));
    }

    private static String inWords(Running running) {
        return running.release()
                + " in slot "
                + running.slot()
                + (running.trial() ? " on trial" : "");
    }

    private static String inWords(BootReport report) {
        return "boot report "
                + report.counter()
                + ": "
                + (report.outcome() == BootReport.Outcome.NONE
                        ? ""
                        : report.outcome().toString().replace('_', ' ')
                                + report.update().map(u -> " " + u.release()).orElse("")
                                + ", ")
                + "runs "
                + inWords(report.running())
                + ", health "
                + report.verdict()
                + (report.reason().isEmpty() ? "" : ": " + report.reason());
    }
}
