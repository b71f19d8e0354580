// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.fleet.sql;

import dev.evenkeel.core.DeviceId;
import dev.evenkeel.core.FleetId;
import dev.evenkeel.fleet.DeviceEvent;
import java.time.Instant;
import java.util.List;
import org.jdbi.v3.core.Handle;

/// Table `timeline`.
final class TimelineRows {
    private TimelineRows() {}

    static void add(Handle handle, FleetId fleet, DeviceEvent event, int limit) {
        handle.createUpdate(
                        """
                        INSERT INTO timeline (fleet, device, number, at, kind, text)
                        VALUES (:fleet, :device,
                                (SELECT COALESCE(MAX(number), 0) + 1
                                   FROM timeline
                                  WHERE fleet = :fleet AND device = :device),
                                :at, :kind, :text)
                        """)
                .bind("fleet", fleet.text())
                .bind("device", event.device().text())
                .bind("at", event.at().toEpochMilli())
                .bind("kind", event.kind().toString())
                .bind("text", event.text())
                .execute();
        handle.createUpdate(
                        """
                        DELETE FROM timeline
                         WHERE fleet = :fleet AND device = :device
                           AND number <= (SELECT MAX(number) - :limit
                                            FROM timeline
                                           WHERE fleet = :fleet AND device = :device)
                        """)
                .bind("fleet", fleet.text())
                .bind("device", event.device().text())
                .bind("limit", limit)
                .execute();
    }

    static void forgetOlder(Handle handle, FleetId fleet, Instant than) {
        handle.createUpdate("DELETE FROM timeline WHERE fleet = :fleet AND at < :than")
                .bind("fleet", fleet.text())
                .bind("than", than.toEpochMilli())
                .execute();
    }

    static List<DeviceEvent> newest(Handle handle, FleetId fleet, DeviceId device, int limit) {
        return handle.createQuery(
                        """
                        SELECT at, kind, text
                          FROM timeline
                         WHERE fleet = :fleet AND device = :device
                         ORDER BY number DESC
                         LIMIT :limit
                        """)
                .bind("fleet", fleet.text())
                .bind("device", device.text())
                .bind("limit", limit)
                .map((row, _) ->
                        new DeviceEvent(
                                device,
                                Instant.ofEpochMilli(row.getLong("at")),
                                DeviceEvent.Kind.parse(row.getString("kind")),
                                row.getString("text")))
                .list();
    }
}
