// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.agent;

import dev.evenkeel.core.Limits;
import dev.evenkeel.core.json.JsonObject;
import dev.evenkeel.core.json.PrettyJson;
import dev.evenkeel.core.json.StrictJson;
import dev.evenkeel.core.message.Stage;
import java.io.IOException;

/// `/run/evenkeel-agent/status.json`: what only the running agent knows, for `evenkeel-agent
/// status`. Written when something changed.
final class StatusFile {
    static final String NAME = "status.json";

    /// @param waitingFor why the update waits; empty when it does not
    /// @param serverFault why the server was not reached last; empty when it was
    record Live(
            Stage stage,
            long doneBytes,
            long totalBytes,
            long downloadedBytes,
            String waitingFor,
            String serverFault,
            boolean hasHeard,
            int reportsWaiting) {
        static Live read(byte[] bytes) {
            JsonObject json = StrictJson.parseObject(bytes, Limits.MESSAGE_BYTES);
            return new Live(
                    Stage.parse(json.text("stage")),
                    json.size("done_bytes"),
                    json.size("total_bytes"),
                    json.size("downloaded_bytes"),
                    json.text("waiting_for"),
                    json.text("server_fault"),
                    json.flag("heard_from_server"),
                    json.smallInteger("reports_waiting"));
        }

        JsonObject toJson() {
            return JsonObject.of("stage", stage.toString())
                    .with("done_bytes", doneBytes)
                    .with("total_bytes", totalBytes)
                    .with("downloaded_bytes", downloadedBytes)
                    .with("waiting_for", waitingFor)
                    .with("server_fault", serverFault)
                    .with("heard_from_server", hasHeard)
                    .with("reports_waiting", reportsWaiting);
        }
    }

    private final Device device;
    private String written = "";

    StatusFile(Device device) {
        this.device = device;
    }

    void write(Live live) throws IOException {
        String text = PrettyJson.write(live.toJson());
        if (text.equals(written)) return;
        device.leave(NAME, text);
        written = text;
    }
}
