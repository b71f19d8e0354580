// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.fleet.sql;

import dev.evenkeel.core.DeviceId;
import dev.evenkeel.core.Digest;
import dev.evenkeel.core.FleetId;
import dev.evenkeel.fleet.EnrolmentToken;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/// Table `enrolment_tokens`.
final class TokenRows {
    private TokenRows() {}

    static List<EnrolmentToken> all(Handle handle, FleetId fleet) {
        return handle.createQuery(
                        """
                        SELECT digest, note, created_at, expires_at, used_by
                          FROM enrolment_tokens
                         WHERE fleet = :fleet
                         ORDER BY created_at, digest
                        """)
                .bind("fleet", fleet.text())
                .map((row, _) ->
                        new EnrolmentToken(
                                new Digest(row.getString("digest")),
                                row.getString("note"),
                                Instant.ofEpochMilli(row.getLong("created_at")),
                                Instant.ofEpochMilli(row.getLong("expires_at")),
                                Optional.ofNullable(row.getString("used_by")).map(DeviceId::new)))
                .list();
    }

    static void forgetOlder(Handle handle, FleetId fleet, Instant than) {
        handle.createUpdate(
                        """
                        DELETE FROM enrolment_tokens
                         WHERE fleet = :fleet AND expires_at < :than
                        """)
                .bind("fleet", fleet.text())
                .bind("than", than.toEpochMilli())
                .execute();
    }

    static void put(Handle handle, FleetId fleet, EnrolmentToken token) {
        handle.createUpdate(
                        """
                        INSERT INTO enrolment_tokens
                               (fleet, digest, note, created_at, expires_at, used_by)
                        VALUES (:fleet, :digest, :note, :created, :expires, :used)
                            ON CONFLICT (fleet, digest) DO UPDATE SET used_by = :used
                        """)
                .bind("fleet", fleet.text())
                .bind("digest", token.digest().hex())
                .bind("note", token.note())
                .bind("created", token.createdAt().toEpochMilli())
                .bind("expires", token.expiresAt().toEpochMilli())
                .bind("used", token.usedBy().map(DeviceId::text).orElse(null))
                .execute();
    }
}
