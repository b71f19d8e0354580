// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.fleet.sql;

import dev.evenkeel.core.Digest;
import dev.evenkeel.core.FleetId;
import dev.evenkeel.fleet.FactoryAuthority;
import java.time.Instant;
import java.util.List;
import org.jdbi.v3.core.Handle;

/// Table `factory_authorities`.
final class FactoryRows {
    private FactoryRows() {}

    static List<FactoryAuthority> all(Handle handle, FleetId fleet) {
        return handle.createQuery(
                        """
                        SELECT certificate, note, added_at
                          FROM factory_authorities
                         WHERE fleet = :fleet
                         ORDER BY added_at, fingerprint
                        """)
                .bind("fleet", fleet.text())
                .map((row, _) ->
                        new FactoryAuthority(
                                row.getBytes("certificate"),
                                row.getString("note"),
                                Instant.ofEpochMilli(row.getLong("added_at"))))
                .list();
    }

    static void put(Handle handle, FleetId fleet, FactoryAuthority authority) {
        handle.createUpdate(
                        """
                        INSERT INTO factory_authorities
                               (fleet, fingerprint, certificate, note, added_at)
                        VALUES (:fleet, :fingerprint, :certificate, :note, :added)
                            ON CONFLICT (fleet, fingerprint) DO UPDATE SET note = :note
                        """)
                .bind("fleet", fleet.text())
                .bind("fingerprint", authority.fingerprint().hex())
                .bind("certificate", authority.certificate())
                .bind("note", authority.note())
                .bind("added", authority.addedAt().toEpochMilli())
                .execute();
    }

    static void remove(Handle handle, FleetId fleet, Digest fingerprint) {
        handle.createUpdate(
                        """
                        DELETE FROM factory_authorities
                         WHERE fleet = :fleet AND fingerprint = :fingerprint
                        """)
                .bind("fleet", fleet.text())
                .bind("fingerprint", fingerprint.hex())
                .execute();
    }
}
