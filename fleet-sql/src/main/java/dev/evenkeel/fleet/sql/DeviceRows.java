// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.fleet.sql;

import dev.evenkeel.core.DeviceId;
import dev.evenkeel.core.DeviceType;
import dev.evenkeel.core.Digest;
import dev.evenkeel.core.FleetId;
import dev.evenkeel.fleet.Device;
import dev.evenkeel.fleet.Way;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/// Table `devices`.
final class DeviceRows {
    private DeviceRows() {}

    static List<Device> all(Handle handle, FleetId fleet) {
        return handle.createQuery(
                        """
                        SELECT device, device_type, revision, public_key, way, evidence,
                               enrolled_at, certificate, certified_at, certified_until,
                               revoked_at, revoked
                          FROM devices
                         WHERE fleet = :fleet
                         ORDER BY device
                        """)
                .bind("fleet", fleet.text())
                .map((row, _) -> read(row, fleet))
                .list();
    }

    private static Device read(ResultSet row, FleetId fleet) throws SQLException {
        Instant certifiedAt = Instant.ofEpochMilli(row.getLong("certified_at"));
        Instant until = Instant.ofEpochMilli(row.getLong("certified_until"));
        Instant revokedAt = Instant.ofEpochMilli(row.getLong("revoked_at"));
        return new Device(
                fleet,
                new DeviceId(row.getString("device")),
                new DeviceType(row.getString("device_type")),
                row.getInt("revision"),
                row.getBytes("public_key"),
                new Device.Admission(
                        Way.parse(row.getString("way")), new Digest(row.getString("evidence"))),
                Instant.ofEpochMilli(row.getLong("enrolled_at")),
                Optional.ofNullable(row.getString("certificate"))
                        .map(serial -> new Device.Certificate(serial, certifiedAt, until)),
                Optional.ofNullable(row.getString("revoked"))
                        .map(why -> new Device.Revocation(revokedAt, why)));
    }

    static void put(Handle handle, FleetId fleet, Device device) {
        handle.createUpdate(
                        """
                        INSERT INTO devices
                               (fleet, device, device_type, revision, public_key, way, evidence,
                                enrolled_at, certificate, certified_at, certified_until,
                                revoked_at, revoked)
                        VALUES (:fleet, :device, :type, :revision, :key, :way, :evidence,
                                :enrolled, :certificate, :certified_at, :certified_until,
                                :revoked_at, :revoked)
                            ON CONFLICT (fleet, device) DO UPDATE
                           SET certificate = :certificate, certified_at = :certified_at,
                               certified_until = :certified_until, revoked_at = :revoked_at,
                               revoked = :revoked
                        """)
                .bind("fleet", fleet.text())
                .bind("device", device.id().text())
                .bind("type", device.type().text())
                .bind("revision", device.revision())
                .bind("key", device.publicKey())
                .bind("way", device.admission().way().toString())
                .bind("evidence", device.admission().evidence().hex())
                .bind("enrolled", device.enrolledAt().toEpochMilli())
                .bind("certificate", device.certificate().map(c -> c.serial()).orElse(null))
                .bind(
                        "certified_at",
                        device.certificate().map(c -> c.issuedAt().toEpochMilli()).orElse(null))
                .bind(
                        "certified_until",
                        device.certificate().map(c -> c.expiresAt().toEpochMilli()).orElse(null))
                .bind("revoked_at", device.revoked().map(r -> r.at().toEpochMilli()).orElse(null))
                .bind("revoked", device.revoked().map(r -> r.why()).orElse(null))
                .execute();
    }
}
