// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.lab;

import dev.evenkeel.core.json.JsonObject;
import dev.evenkeel.core.message.Provisioning;
import java.io.IOException;
import java.util.Optional;

/// The server of tortured devices, through its operator API: it has a rollout of the new release to
/// every device of the fleet.
public interface TortureServer {
    /// For one new device, which sees the host's loopback as [Machine#HOST]; with a fresh token.
    Provisioning provisioning() throws IOException;

    /// A device as `GET /api/v1/devices/<id>` shows it; empty when there is none.
    Optional<JsonObject> device(String id) throws IOException;
}
