// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.cli;

import dev.evenkeel.core.json.JsonObject;
import dev.evenkeel.trust.KeyChanges;
import dev.evenkeel.trust.NamedKey;
import dev.evenkeel.trust.TrustFiles;
import java.io.IOException;
import picocli.CommandLine.Mixin;

/// The metadata in force, from which a change starts: those of a server.
final class TrustSource {
    @Mixin private ServerAccess access;

    KeyChanges changes() throws IOException {
        try (ServerClient server = access.open()) {
            return KeyChanges.to(TrustFiles.read(server.get("/api/v1/trust/files")));
        }
    }

    NamedKey newOnlineKey(String role) throws IOException {
        try (ServerClient server = access.open()) {
            return KeysCommand.serverKey(
                    server.post(
                            "/api/v1/trust/online-keys/" + Paths.segment(role), JsonObject.EMPTY));
        }
    }
}
