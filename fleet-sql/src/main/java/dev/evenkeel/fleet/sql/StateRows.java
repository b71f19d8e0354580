// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.fleet.sql;

import dev.evenkeel.core.BootId;
import dev.evenkeel.core.DeviceId;
import dev.evenkeel.core.FleetId;
import dev.evenkeel.core.message.BootReport;
import dev.evenkeel.core.message.CheckIn;
import dev.evenkeel.fleet.Contact;
import dev.evenkeel.fleet.DeviceState;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/// Table `device_states`.
final class StateRows {
    private StateRows() {}

    static List<DeviceState> all(Handle handle, FleetId fleet) {
        return handle.createQuery(
                        """
                        SELECT device, seen_at, check_in, earlier_boots, report_counter, report,
                               quarantined_at, quarantine
                          FROM device_states
                         WHERE fleet = :fleet
                         ORDER BY device
                        """)
                .bind("fleet", fleet.text())
                .map((row, _) -> read(row))
                .list();
    }

    private static DeviceState read(ResultSet row) throws SQLException {
        Instant seen = Instant.ofEpochMilli(row.getLong("seen_at"));
        Instant quarantined = Instant.ofEpochMilli(row.getLong("quarantined_at"));
        return new DeviceState(
                new DeviceId(row.getString("device")),
                bytes(row.getString("check_in")).map(b -> new Contact(seen, CheckIn.read(b))),
                Arrays.stream(row.getString("earlier_boots").split(" ", -1))
                        .filter(boot -> !boot.isEmpty())
                        .map(BootId::new)
                        .toList(),
                row.getLong("report_counter"),
                bytes(row.getString("report")).map(BootReport::read),
                Optional.ofNullable(row.getString("quarantine"))
                        .map(what -> new DeviceState.Quarantine(quarantined, what)));
    }

    static void put(Handle handle, FleetId fleet, DeviceState state) {
        handle.createUpdate(
                        """
                        INSERT INTO device_states
                               (fleet, device, seen_at, check_in, earlier_boots, report_counter,
                                report, quarantined_at, quarantine)
                        VALUES (:fleet, :device, :seen, :check_in, :boots, :counter, :report,
                                :quarantined_at, :quarantine)
                            ON CONFLICT (fleet, device) DO UPDATE
                           SET seen_at = :seen, check_in = :check_in, earlier_boots = :boots,
                               report_counter = :counter, report = :report,
                               quarantined_at = :quarantined_at, quarantine = :quarantine
                        """)
                .bind("fleet", fleet.text())
                .bind("device", state.device().text())
                .bind("seen", state.contact().map(c -> c.at().toEpochMilli()).orElse(null))
                .bind("check_in", text(state.contact().map(c -> c.checkIn().toBytes())))
                .bind(
                        "boots",
                        state.earlierBoots().stream()
                                .map(BootId::text)
                                .collect(Collectors.joining(" ")))
                .bind("counter", state.reportCounter())
                .bind("report", text(state.report().map(BootReport::toBytes)))
                .bind(
                        "quarantined_at",
                        state.quarantine().map(c -> c.at().toEpochMilli()).orElse(null))
                .bind(
                        "quarantine",
                        state.quarantine().map(DeviceState.Quarantine::what).orElse(null))
                .execute();
    }

    private static Optional<byte[]> bytes(@Nullable String text) {
        return Optional.ofNullable(text).map(t -> t.getBytes(StandardCharsets.UTF_8));
    }

    private static @Nullable String text(Optional<byte[]> json) {
        return json.map(b -> new String(b, StandardCharsets.UTF_8)).orElse(null);
    }
}
