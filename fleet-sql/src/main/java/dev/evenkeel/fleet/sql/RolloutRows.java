// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.fleet.sql;

import dev.evenkeel.core.Channel;
import dev.evenkeel.core.DeviceType;
import dev.evenkeel.core.Digest;
import dev.evenkeel.core.FleetId;
import dev.evenkeel.core.RolloutId;
import dev.evenkeel.core.Version;
import dev.evenkeel.core.message.FetchBudget;
import dev.evenkeel.fleet.Budget;
import dev.evenkeel.fleet.Evidence;
import dev.evenkeel.fleet.GroupName;
import dev.evenkeel.fleet.ReleaseName;
import dev.evenkeel.fleet.Rollout;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/// Table `rollouts`.
final class RolloutRows {
    private RolloutRows() {}

    static List<Rollout> all(Handle handle, FleetId fleet) {
        return handle.createQuery(
                        """
                        SELECT rollout, number, version, manifest, device_type, channel,
                               device_group, state, evidence, budget_bytes, budget_beyond, note,
                               started_at, changed_at
                          FROM rollouts
                         WHERE fleet = :fleet
                         ORDER BY number
                        """)
                .bind("fleet", fleet.text())
                .map((row, _) -> read(row))
                .list();
    }

    private static Rollout read(ResultSet row) throws SQLException {
        return new Rollout(
                new RolloutId(row.getString("rollout")),
                row.getLong("number"),
                new ReleaseName(
                        new Version(row.getString("version")),
                        new Digest(row.getString("manifest"))),
                new DeviceType(row.getString("device_type")),
                new Channel(row.getString("channel")),
                new GroupName(row.getString("device_group")),
                Rollout.State.parse(row.getString("state")),
                Evidence.parse(row.getString("evidence")),
                budget(row),
                row.getString("note"),
                Instant.ofEpochMilli(row.getLong("started_at")),
                Instant.ofEpochMilli(row.getLong("changed_at")));
    }

    private static Optional<Budget> budget(ResultSet row) throws SQLException {
        String beyond = row.getString("budget_beyond");
        return beyond == null
                ? Optional.empty()
                : Optional.of(
                        new Budget(row.getLong("budget_bytes"), FetchBudget.Beyond.parse(beyond)));
    }

    static void put(Handle handle, FleetId fleet, Rollout rollout) {
        handle.createUpdate(
                        """
                        INSERT INTO rollouts
                               (fleet, rollout, number, version, manifest, device_type, channel,
                                device_group, state, evidence, budget_bytes, budget_beyond, note,
                                started_at, changed_at)
                        VALUES (:fleet, :rollout, :number, :version, :manifest, :type, :channel,
                                :group, :state, :evidence, :budget, :beyond, :note, :started,
                                :changed)
                            ON CONFLICT (fleet, rollout) DO UPDATE
                           SET state = :state, note = :note, changed_at = :changed
                        """)
                .bind("fleet", fleet.text())
                .bind("rollout", rollout.id().text())
                .bind("number", rollout.number())
                .bind("version", rollout.release().version().text())
                .bind("manifest", rollout.release().manifest().hex())
                .bind("type", rollout.deviceType().text())
                .bind("channel", rollout.channel().text())
                .bind("group", rollout.group().text())
                .bind("state", rollout.state().toString())
                .bind("evidence", rollout.least().toString())
                .bind("budget", rollout.budget().map(Budget::bytes).orElse(null))
                .bind("beyond", rollout.budget().map(b -> b.beyond().toString()).orElse(null))
                .bind("note", rollout.note())
                .bind("started", rollout.startedAt().toEpochMilli())
                .bind("changed", rollout.changedAt().toEpochMilli())
                .execute();
    }
}
