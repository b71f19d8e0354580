// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.server.console;

import dev.evenkeel.core.KeyCode;
import dev.evenkeel.core.Slot;
import dev.evenkeel.core.message.AttackSeen;
import dev.evenkeel.core.message.Condition;
import dev.evenkeel.core.message.DownloadPlan;
import dev.evenkeel.core.message.Running;
import dev.evenkeel.fleet.Contact;
import dev.evenkeel.fleet.Device;
import dev.evenkeel.fleet.DeviceEvent;
import dev.evenkeel.fleet.DeviceState;
import dev.evenkeel.fleet.DeviceStatus;
import dev.evenkeel.fleet.DeviceUpdate;
import dev.evenkeel.fleet.Fleet;
import dev.evenkeel.fleet.UpdateState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/// One device's page: what it runs and why, and what happened.
public final class DeviceViews {
    private static final int SHOWN_EVENTS = 60;
    private static final int SHOWN_REPORTS = 10;

    private DeviceViews() {}

    public static DeviceView show(Fleet fleet, DeviceStatus status, Instant now) {
        DeviceState state = status.state();
        return new DeviceView(
                DeviceRows.row(status, now),
                Words.exact(status.device().enrolledAt()),
                state.quarantine().map(DeviceState.Quarantine::what).orElse(""),
                identity(status.device()),
                Why.of(status),
                asks(status),
                status.running().map(running -> slots(running, status)).orElse(List.of()),
                status.update().map(update -> UpdateSteps.of(update.state())).orElse(List.of()),
                progress(status),
                storage(DeviceRows.condition(status)),
                state.contact().map(DeviceViews::clock).orElse("unknown"),
                state.contact().map(c -> c.checkIn().capabilities()).orElse(List.of()),
                status.updates().stream().map(update -> line(update, now)).toList(),
                fleet.reports(status.device().id(), SHOWN_REPORTS).stream()
                        .map(Reports::line)
                        .toList(),
                fleet.devices().timeline(status.device().id(), SHOWN_EVENTS).stream()
                        .map(event -> line(event, now))
                        .toList());
    }

    private static DeviceView.IdentityView identity(Device device) {
        return new DeviceView.IdentityView(
                device.fingerprint().brief() + " (code " + KeyCode.of(device.fingerprint()) + ")",
                switch (device.admission().way()) {
                    case TOKEN -> "by a one-time token";
                    case FACTORY -> "by its factory certificate";
                    case FINGERPRINT -> "by its key, which was expected";
                    case APPROVAL -> "approved by a person";
                },
                device.certificate()
                        .map(c -> c.serial() + ", good until " + Words.exact(c.expiresAt()))
                        .orElse("none yet"),
                device.revoked().isPresent(),
                device.revoked().map(Device.Revocation::why).orElse(""));
    }

    private static String asks(DeviceStatus status) {
        return status.underWay()
                .flatMap(_ -> status.plan())
                .filter(plan -> plan.decision() == DownloadPlan.Decision.ASK)
                .map(plan -> Words.bytes(plan.fetchBytes()))
                .orElse("");
    }

    private static String clock(Contact contact) {
        return switch (contact.checkIn().sent().clock()) {
            case SYNCED -> "synced";
            case FLOOR -> "not synced: at least the newest signed time that it saw";
            case UNKNOWN -> "unknown: may be wrong by years";
        };
    }

    /// Slot A and B. What the other slot holds is said only where the device has told it.
    private static List<DeviceView.SlotView> slots(Running running, DeviceStatus status) {
        var slots = new ArrayList<DeviceView.SlotView>();
        for (Slot slot : Slot.values()) {
            String name = slot.toString().toUpperCase(Locale.ROOT);
            if (slot == running.slot()) {
                slots.add(
                        new DeviceView.SlotView(
                                name,
                                running.release().text(),
                                running.trial() ? "running on trial" : "running",
                                running.trial() ? "trial" : "active",
                                -1));
                continue;
            }
            slots.add(other(name, running, status));
        }
        return slots;
    }

    private static DeviceView.SlotView other(String name, Running running, DeviceStatus status) {
        if (running.trial()) {
            return new DeviceView.SlotView(name, "the release before", "fallback", "rest", -1);
        }
        Optional<DeviceUpdate> update = status.update();
        String release = update.map(u -> u.release().version().text()).orElse("");
        return switch (update.map(DeviceUpdate::state).orElseGet(UpdateState.Pending::new)) {
            case UpdateState.Downloading _, UpdateState.Installing _ ->
                    new DeviceView.SlotView(
                            name,
                            release,
                            "being written",
                            "writing",
                            DeviceRows.percent(update.orElseThrow()));
            case UpdateState.Rebooting _ ->
                    new DeviceView.SlotView(name, release, "armed for a trial boot", "writing", -1);
            case UpdateState.RolledBack _ ->
                    new DeviceView.SlotView(name, release, "rolled back", "bad", -1);
            case UpdateState.Succeeded _ ->
                    new DeviceView.SlotView(name, "the release before", "inactive", "rest", -1);
            case UpdateState.Pending _,
                    UpdateState.Checking _,
                    UpdateState.Failed _,
                    UpdateState.Superseded _ ->
                    new DeviceView.SlotView(name, "", "inactive", "rest", -1);
        };
    }

    private static DeviceView.Progress progress(DeviceStatus status) {
        Optional<DeviceUpdate> update = status.underWay();
        if (update.isEmpty()) return new DeviceView.Progress(-1, "", "");
        DeviceUpdate now = update.get();
        String words =
                now.totalBytes() == 0
                        ? ""
                        : Words.bytes(now.doneBytes())
                                + " of "
                                + Words.bytes(now.totalBytes())
                                + " verified in the slot, "
                                + Words.bytes(now.downloadedBytes())
                                + " downloaded";
        return new DeviceView.Progress(DeviceRows.percent(now), words, now.message());
    }

    private static DeviceView.Storage storage(Condition told) {
        long size = told.overlaySizeBytes();
        return new DeviceView.Storage(
                size == 0 ? -1 : (int) Math.min(100, 100 * told.overlayUsedBytes() / size),
                Words.bytes(told.overlayUsedBytes()) + " of " + Words.bytes(size),
                told.data(),
                DeviceRows.isBroken(told.data()),
                told.log(),
                told.lastError(),
                told.attack().map(DeviceViews::attack).orElse(""));
    }

    private static String attack(AttackSeen seen) {
        String facts =
                seen.facts().entrySet().stream()
                        .map(fact -> fact.getKey().replace('_', ' ') + " " + fact.getValue())
                        .collect(Collectors.joining(", "));
        return seen.name()
                + (seen.subject().isEmpty() ? "" : ": " + seen.subject())
                + (facts.isEmpty() ? "" : " (" + facts + ")")
                + ", seen "
                + seen.at();
    }

    private static DeviceView.UpdateLine line(DeviceUpdate update, Instant now) {
        UpdateState state = update.state();
        return new DeviceView.UpdateLine(
                update.rollout().text(),
                update.release().version().text(),
                Chip.of(state.name()),
                state.reason(),
                state.isSettled() ? state.evidence().toString() : "",
                When.of(update.since(), now));
    }

    private static DeviceView.EventLine line(DeviceEvent event, Instant now) {
        return new DeviceView.EventLine(
                When.of(event.at(), now), event.kind().toString(), inWords(event.text()));
    }

    /// The fleet writes states and slots as messages do.
    private static String inWords(String text) {
        return text.replace("rolled_back", "rolled back")
                .replaceAll("\\bslot a\\b", "slot A")
                .replaceAll("\\bslot b\\b", "slot B");
    }
}
