// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.fleet.sql;

import dev.evenkeel.core.DeviceId;
import dev.evenkeel.core.DeviceType;
import dev.evenkeel.core.Digest;
import dev.evenkeel.core.FleetId;
import dev.evenkeel.fleet.Device;
import java.time.Instant;
import java.util.List;
import org.jdbi.v3.core.Handle;

/// Table `devices`.
final class DeviceRows {
    private DeviceRows() {}

    static List<Device> all(Handle handle, FleetId fleet) {
        return handle.createQuery(
                        """
                        SELECT device, device_type, revision, public_key, credential, token,
                               enrolled_at
                          FROM devices
                         WHERE fleet = :fleet
                         ORDER BY device
                        """)
                .bind("fleet", fleet.text())
                .map((row, _) ->
                        new Device(
                                fleet,
                                new DeviceId(row.getString("device")),
                                new DeviceType(row.getString("device_type")),
                                row.getInt("revision"),
                                row.getBytes("public_key"),
                                new Digest(row.getString("credential")),
                                new Digest(row.getString("token")),
                                Instant.ofEpochMilli(row.getLong("enrolled_at"))))
                .list();
    }

    static void put(Handle handle, FleetId fleet, Device device) {
        handle.createUpdate(
                        """
                        INSERT INTO devices
                               (fleet, device, device_type, revision, public_key, credential,
                                token, enrolled_at)
                        VALUES (:fleet, :device, :type, :revision, :key, :credential, :token,
                                :enrolled)
                            ON CONFLICT (fleet, device) DO UPDATE SET credential = :credential
                        """)
                .bind("fleet", fleet.text())
                .bind("device", device.id().text())
                .bind("type", device.type().text())
                .bind("revision", device.revision())
                .bind("key", device.publicKey())
                .bind("credential", device.credential().hex())
                .bind("token", device.token().hex())
                .bind("enrolled", device.enrolledAt().toEpochMilli())
                .execute();
    }
}
