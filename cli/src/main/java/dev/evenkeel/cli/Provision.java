// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.cli;

import dev.evenkeel.core.json.JsonObject;
import java.io.IOException;
import java.util.Optional;

/// Asks a server for the provisioning record of one new device.
final class Provision {
    private Provision() {}

    static byte[] record(
            ServerClient server, String deviceType, int revision, Optional<String> reachedAt)
            throws IOException {
        return record(server, deviceType, revision, reachedAt, true);
    }

    /// @param token whether the record carries a one-time token
    static byte[] record(
            ServerClient server,
            String deviceType,
            int revision,
            Optional<String> reachedAt,
            boolean token)
            throws IOException {
        JsonObject wanted =
                JsonObject.of("device_type", deviceType)
                        .with("revision", revision)
                        .with("token", token);
        if (reachedAt.isPresent()) wanted = wanted.with("server", reachedAt.get());
        return server.bytes("/api/v1/provisioning", wanted);
    }
}
