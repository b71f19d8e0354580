// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.fleet.sql;

import dev.evenkeel.core.DeviceId;
import dev.evenkeel.core.Digest;
import dev.evenkeel.core.FleetId;
import dev.evenkeel.core.RolloutId;
import dev.evenkeel.core.Version;
import dev.evenkeel.fleet.DeviceUpdate;
import dev.evenkeel.fleet.Evidence;
import dev.evenkeel.fleet.ReleaseName;
import dev.evenkeel.fleet.UpdateState;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import org.jdbi.v3.core.Handle;

/// Table `updates`.
final class UpdateRows {
    private UpdateRows() {}

    static List<DeviceUpdate> all(Handle handle, FleetId fleet) {
        return handle.createQuery(
                        """
                        SELECT rollout, device, number, version, manifest, state, reason, evidence,
                               since, done_bytes, total_bytes, downloaded_bytes, allowed_bytes,
                               message
                          FROM updates
                         WHERE fleet = :fleet
                         ORDER BY device, number
                        """)
                .bind("fleet", fleet.text())
                .map((row, _) -> read(row))
                .list();
    }

    private static DeviceUpdate read(ResultSet row) throws SQLException {
        return new DeviceUpdate(
                new DeviceId(row.getString("device")),
                new RolloutId(row.getString("rollout")),
                row.getLong("number"),
                new ReleaseName(
                        new Version(row.getString("version")),
                        new Digest(row.getString("manifest"))),
                UpdateState.of(
                        UpdateState.Name.parse(row.getString("state")),
                        row.getString("reason"),
                        Evidence.parse(row.getString("evidence"))),
                Instant.ofEpochMilli(row.getLong("since")),
                row.getLong("done_bytes"),
                row.getLong("total_bytes"),
                row.getLong("downloaded_bytes"),
                row.getLong("allowed_bytes"),
                row.getString("message"));
    }

    static void put(Handle handle, FleetId fleet, DeviceUpdate update) {
        handle.createUpdate(
                        """
                        INSERT INTO updates
                               (fleet, rollout, device, number, version, manifest, state, reason,
                                evidence, since, done_bytes, total_bytes, downloaded_bytes,
                                allowed_bytes, message)
                        VALUES (:fleet, :rollout, :device, :number, :version, :manifest, :state,
                                :reason, :evidence, :since, :done, :total, :downloaded, :allowed,
                                :message)
                            ON CONFLICT (fleet, rollout, device) DO UPDATE
                           SET state = :state, reason = :reason, evidence = :evidence,
                               since = :since, done_bytes = :done, total_bytes = :total,
                               downloaded_bytes = :downloaded, allowed_bytes = :allowed,
                               message = :message
                        """)
                .bind("fleet", fleet.text())
                .bind("rollout", update.rollout().text())
                .bind("device", update.device().text())
                .bind("number", update.rolloutNumber())
                .bind("version", update.release().version().text())
                .bind("manifest", update.release().manifest().hex())
                .bind("state", update.state().name().toString())
                .bind("reason", update.state().reason())
                .bind("evidence", update.state().evidence().toString())
                .bind("since", update.since().toEpochMilli())
                .bind("done", update.doneBytes())
                .bind("total", update.totalBytes())
                .bind("downloaded", update.downloadedBytes())
                .bind("allowed", update.allowedBytes())
                .bind("message", update.message())
                .execute();
    }
}
