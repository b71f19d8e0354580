// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.fleet.sql;

import dev.evenkeel.core.DeviceId;
import dev.evenkeel.core.FleetId;
import java.util.List;
import org.jdbi.v3.core.Handle;

/// Table `boot_reports`.
final class ReportRows {
    private ReportRows() {}

    static void put(Handle handle, FleetId fleet, DeviceId device, long counter, byte[] envelope) {
        handle.createUpdate(
                        """
                        INSERT INTO boot_reports (fleet, device, counter, envelope)
                        VALUES (:fleet, :device, :counter, :envelope)
                            ON CONFLICT (fleet, device, counter) DO NOTHING
                        """)
                .bind("fleet", fleet.text())
                .bind("device", device.text())
                .bind("counter", counter)
                .bind("envelope", envelope)
                .execute();
    }

    static List<byte[]> newest(Handle handle, FleetId fleet, DeviceId device, int limit) {
        return handle.createQuery(
                        """
                        SELECT envelope
                          FROM boot_reports
                         WHERE fleet = :fleet AND device = :device
                         ORDER BY counter DESC
                         LIMIT :limit
                        """)
                .bind("fleet", fleet.text())
                .bind("device", device.text())
                .bind("limit", limit)
                .map((row, _) -> row.getBytes("envelope"))
                .list();
    }
}
