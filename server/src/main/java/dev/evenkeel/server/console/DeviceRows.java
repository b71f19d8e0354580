// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.server.console;

import dev.evenkeel.core.message.Condition;
import dev.evenkeel.core.message.Running;
import dev.evenkeel.fleet.DeviceState;
import dev.evenkeel.fleet.DeviceStatus;
import dev.evenkeel.fleet.DeviceUpdate;
import dev.evenkeel.fleet.Fleet;
import dev.evenkeel.fleet.GroupName;
import dev.evenkeel.fleet.UpdateState;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/// Devices as lines of a table, and which of them need somebody.
public final class DeviceRows {
    /// More than anybody reads; the search finds the others.
    private static final int SHOWN = 300;

    private DeviceRows() {}

    public static DeviceList list(Fleet fleet, String sought, Instant now) {
        String text = sought.strip().toLowerCase(Locale.ROOT);
        List<DeviceRow> all = fleet.devices().list().stream().map(d -> row(d, now)).toList();
        List<DeviceRow> found = all.stream().filter(row -> row.mentions(text)).toList();
        return new DeviceList(
                found.stream()
                        .sorted(Comparator.comparing((DeviceRow row) -> row.note().isEmpty()))
                        .limit(SHOWN)
                        .toList(),
                sought.strip(),
                found.size(),
                all.size(),
                fleet.enrolment().waiting().stream()
                        .map(who ->
                                new DeviceList.Guest(
                                        who.code().text(),
                                        who.hardware().type()
                                                + " revision "
                                                + who.hardware().revision(),
                                        who.address(),
                                        When.of(who.since(), now)))
                        .toList());
    }

    static DeviceRow row(DeviceStatus status, Instant now) {
        DeviceState state = status.state();
        Optional<Running> running = status.running();
        return new DeviceRow(
                status.device().id().text(),
                status.device().type() + " revision " + status.device().revision(),
                status.groups().stream().map(GroupName::text).collect(Collectors.joining(", ")),
                Chip.of(status),
                state.quarantine().isPresent(),
                status.online() ? status.update().map(DeviceRows::percent).orElse(-1) : -1,
                running.map(r -> r.release().text()).orElse("unknown"),
                running.map(r -> r.slot().toString().toUpperCase(Locale.ROOT)).orElse(""),
                running.map(Running::trial).orElse(false),
                status.desired().map(r -> r.release().version().text()).orElse(""),
                state.contact().map(c -> When.of(c.at(), now)).orElse(When.NEVER),
                note(status));
    }

    /// Why somebody should look at the device, the worst first; empty when nobody has to.
    private static String note(DeviceStatus status) {
        Optional<String> quarantine = status.state().quarantine().map(DeviceState.Quarantine::what);
        if (quarantine.isPresent()) return "in quarantine: " + quarantine.get();
        if (status.device().revoked().isPresent()) return "revoked";
        String data = condition(status).data();
        if (isBroken(data)) return "data partition " + data;
        Optional<UpdateState> ended =
                status.update().map(DeviceUpdate::state).filter(state -> !state.reason().isEmpty());
        if (ended.isPresent()) {
            String release = status.update().orElseThrow().release().version().text();
            return release + " " + Words.of(ended.get().name()) + ": " + ended.get().reason();
        }
        if (status.online()) return "";
        return status.state().contact().isEmpty()
                ? "enrolled, but has not checked in yet"
                : "no check-in for longer than three polls";
    }

    static Condition condition(DeviceStatus status) {
        return status.state()
                .contact()
                .map(contact -> contact.checkIn().condition())
                .orElse(Condition.UNKNOWN);
    }

    static boolean isBroken(String data) {
        return data.startsWith("broken");
    }

    static int percent(DeviceUpdate update) {
        boolean isUnderWay =
                update.state() instanceof UpdateState.Downloading
                        || update.state() instanceof UpdateState.Installing;
        if (!isUnderWay || update.totalBytes() == 0) return -1;
        return (int) Math.min(100, 100.0 * update.doneBytes() / update.totalBytes());
    }
}
