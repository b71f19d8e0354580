// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.fleet.sql;

import dev.evenkeel.core.Channel;
import dev.evenkeel.core.Compatible;
import dev.evenkeel.core.DeviceType;
import dev.evenkeel.core.Digest;
import dev.evenkeel.core.FleetId;
import dev.evenkeel.core.IntRange;
import dev.evenkeel.core.Version;
import dev.evenkeel.fleet.PackageList;
import dev.evenkeel.fleet.Release;
import dev.evenkeel.fleet.ReleaseName;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;

/// Table `releases`.
final class ReleaseRows {
    private ReleaseRows() {}

    static List<Release> all(Handle handle, FleetId fleet) {
        return handle.createQuery(
                        """
                        SELECT manifest, version, device_type, min_revision, max_revision, name,
                               description, image_bytes, pack_bytes, packages_digest, channels,
                               published_at
                          FROM releases
                         WHERE fleet = :fleet
                         ORDER BY published_at, manifest
                        """)
                .bind("fleet", fleet.text())
                .map((row, _) -> read(row))
                .list();
    }

    private static Release read(ResultSet row) throws SQLException {
        return new Release(
                new ReleaseName(
                        new Version(row.getString("version")),
                        new Digest(row.getString("manifest"))),
                row.getString("name"),
                row.getString("description"),
                new Compatible(
                        new DeviceType(row.getString("device_type")),
                        new IntRange(row.getInt("min_revision"), row.getInt("max_revision"))),
                row.getLong("image_bytes"),
                row.getLong("pack_bytes"),
                new Digest(row.getString("packages_digest")),
                Arrays.stream(row.getString("channels").split(" ", -1))
                        .map(Channel::new)
                        .collect(Collectors.toSet()),
                Instant.ofEpochMilli(row.getLong("published_at")));
    }

    static void put(Handle handle, FleetId fleet, Release release, PackageList packages) {
        handle.createUpdate(
                        """
                        INSERT INTO releases
                               (fleet, manifest, version, device_type, min_revision, max_revision,
                                name, description, image_bytes, pack_bytes, packages_digest,
                                packages, channels, published_at)
                        VALUES (:fleet, :manifest, :version, :type, :min, :max, :name, :text,
                                :image_bytes, :pack_bytes, :packages_digest, :packages, :channels,
                                :published)
                            ON CONFLICT (fleet, manifest) DO UPDATE
                           SET channels = :channels, packages_digest = :packages_digest,
                               packages = :packages
                        """)
                .bind("fleet", fleet.text())
                .bind("manifest", release.manifest().hex())
                .bind("version", release.version().text())
                .bind("type", release.compatible().deviceType().text())
                .bind("min", release.compatible().revisions().min())
                .bind("max", release.compatible().revisions().max())
                .bind("name", release.name())
                .bind("text", release.description())
                .bind("image_bytes", release.imageBytes())
                .bind("pack_bytes", release.packBytes())
                .bind("packages_digest", release.packages().hex())
                .bind("packages", packages.toJson().toString())
                .bind(
                        "channels",
                        release.channels().stream()
                                .map(Channel::text)
                                .collect(Collectors.joining(" ")))
                .bind("published", release.publishedAt().toEpochMilli())
                .execute();
    }

    static Optional<String> packages(Handle handle, FleetId fleet, Digest manifest) {
        return handle.createQuery(
                        "SELECT packages FROM releases WHERE fleet = :fleet AND manifest = :manifest")
                .bind("fleet", fleet.text())
                .bind("manifest", manifest.hex())
                .map((row, _) -> row.getString("packages"))
                .findOne();
    }
}
