// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.image.lock;

import dev.evenkeel.core.Digest;
import dev.evenkeel.core.json.JsonObject;

/// One Debian package of a lock.
///
/// @param archive id of the [LockedArchive] whose signed metadata named it
/// @param path in that archive: `pool/main/c/curl/curl_8.14.1-2_amd64.deb`
public record LockedPackage(
        String name,
        String version,
        String architecture,
        long sizeBytes,
        Digest digest,
        String archive,
        String path) {
    static LockedPackage read(JsonObject json) {
        return new LockedPackage(
                json.text("name"),
                json.text("version"),
                json.text("architecture"),
                json.size("size_bytes"),
                new Digest(json.text("sha256")),
                json.text("archive"),
                json.text("path"));
    }

    JsonObject toJson() {
        return JsonObject.of("name", name)
                .with("version", version)
                .with("architecture", architecture)
                .with("size_bytes", sizeBytes)
                .with("sha256", digest.hex())
                .with("archive", archive)
                .with("path", path);
    }

    /// The file's usual name: `curl_8.14.1-2_amd64.deb`.
    public String fileName() {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    @Override
    public String toString() {
        return name + " " + version + " " + architecture;
    }
}
