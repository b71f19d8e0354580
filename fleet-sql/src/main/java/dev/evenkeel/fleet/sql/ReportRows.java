// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.fleet.sql;

import dev.evenkeel.core.DeviceId;
import dev.evenkeel.core.FleetId;
import dev.evenkeel.core.RolloutId;
import dev.evenkeel.fleet.FleetChange;
import java.time.Instant;
import java.util.List;
import org.jdbi.v3.core.Handle;

/// Tables `boot_reports` and `report_proofs`.
final class ReportRows {
    private ReportRows() {}

    static void put(Handle handle, FleetId fleet, FleetChange.ReportKept report) {
        handle.createUpdate(
                        """
                        INSERT INTO boot_reports (fleet, device, counter, received_at, envelope)
                        VALUES (:fleet, :device, :counter, :received, :envelope)
                            ON CONFLICT (fleet, device, counter) DO NOTHING
                        """)
                .bind("fleet", fleet.text())
                .bind("device", report.device().text())
                .bind("counter", report.counter())
                .bind("received", report.receivedAt().toEpochMilli())
                .bind("envelope", report.envelope())
                .execute();
        for (RolloutId rollout : report.proves()) putProof(handle, fleet, rollout, report);
        trim(handle, fleet, report.device(), report.limit());
    }

    private static void putProof(
            Handle handle, FleetId fleet, RolloutId rollout, FleetChange.ReportKept report) {
        handle.createUpdate(
                        """
                        INSERT INTO report_proofs (fleet, device, rollout, counter)
                        VALUES (:fleet, :device, :rollout, :counter)
                            ON CONFLICT (fleet, device, rollout) DO UPDATE SET counter = :counter
                        """)
                .bind("fleet", fleet.text())
                .bind("device", report.device().text())
                .bind("rollout", rollout.text())
                .bind("counter", report.counter())
                .execute();
    }

    private static void trim(Handle handle, FleetId fleet, DeviceId device, int limit) {
        handle.createUpdate(
                        """
                        DELETE FROM boot_reports
                         WHERE fleet = :fleet AND device = :device
                           AND received_at > 0
                           AND counter NOT IN (SELECT counter
                                                 FROM boot_reports
                                                WHERE fleet = :fleet AND device = :device
                                                ORDER BY counter DESC
                                                LIMIT :limit)
                           AND counter NOT IN (SELECT counter
                                                 FROM report_proofs
                                                WHERE fleet = :fleet AND device = :device)
                        """)
                .bind("fleet", fleet.text())
                .bind("device", device.text())
                .bind("limit", limit)
                .execute();
    }

    static void forgetOlder(Handle handle, FleetId fleet, Instant than) {
        handle.createUpdate(
                        """
                        DELETE FROM boot_reports
                         WHERE fleet = :fleet
                           AND received_at > 0 AND received_at < :than
                           AND counter < (SELECT MAX(newest.counter)
                                            FROM boot_reports newest
                                           WHERE newest.fleet = boot_reports.fleet
                                             AND newest.device = boot_reports.device)
                           AND NOT EXISTS (SELECT 1
                                             FROM report_proofs proof
                                            WHERE proof.fleet = boot_reports.fleet
                                              AND proof.device = boot_reports.device
                                              AND proof.counter = boot_reports.counter)
                        """)
                .bind("fleet", fleet.text())
                .bind("than", than.toEpochMilli())
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
