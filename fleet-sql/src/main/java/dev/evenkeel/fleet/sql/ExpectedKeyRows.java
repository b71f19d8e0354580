// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.fleet.sql;

import dev.evenkeel.core.DeviceId;
import dev.evenkeel.core.Digest;
import dev.evenkeel.core.FleetId;
import dev.evenkeel.fleet.ExpectedKey;
import dev.evenkeel.fleet.Way;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/// Table `expected_keys`.
final class ExpectedKeyRows {
    private ExpectedKeyRows() {}

    static List<ExpectedKey> all(Handle handle, FleetId fleet) {
        return handle.createQuery(
                        """
                        SELECT fingerprint, way, note, created_at, expires_at, used_by
                          FROM expected_keys
                         WHERE fleet = :fleet
                         ORDER BY created_at, fingerprint
                        """)
                .bind("fleet", fleet.text())
                .map((row, _) ->
                        new ExpectedKey(
                                new Digest(row.getString("fingerprint")),
                                Way.parse(row.getString("way")),
                                row.getString("note"),
                                Instant.ofEpochMilli(row.getLong("created_at")),
                                Instant.ofEpochMilli(row.getLong("expires_at")),
                                Optional.ofNullable(row.getString("used_by")).map(DeviceId::new)))
                .list();
    }

    static void forgetOlder(Handle handle, FleetId fleet, Instant than) {
        handle.createUpdate("DELETE FROM expected_keys WHERE fleet = :fleet AND expires_at < :than")
                .bind("fleet", fleet.text())
                .bind("than", than.toEpochMilli())
                .execute();
    }

    static void put(Handle handle, FleetId fleet, ExpectedKey key) {
        handle.createUpdate(
                        """
                        INSERT INTO expected_keys
                               (fleet, fingerprint, way, note, created_at, expires_at, used_by)
                        VALUES (:fleet, :fingerprint, :way, :note, :created, :expires, :used)
                            ON CONFLICT (fleet, fingerprint) DO UPDATE
                           SET way = :way, note = :note, created_at = :created,
                               expires_at = :expires, used_by = :used
                        """)
                .bind("fleet", fleet.text())
                .bind("fingerprint", key.fingerprint().hex())
                .bind("way", key.way().toString())
                .bind("note", key.note())
                .bind("created", key.createdAt().toEpochMilli())
                .bind("expires", key.expiresAt().toEpochMilli())
                .bind("used", key.usedBy().map(DeviceId::text).orElse(null))
                .execute();
    }
}
