// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.cli;

import dev.evenkeel.core.json.JsonObject;
import java.util.Optional;
import picocli.CommandLine.Option;

/// What one update of one device may fetch.
final class BudgetOptions {
    @Option(
            names = "--budget",
            paramLabel = "BYTES",
            converter = ByteSize.class,
            description = "What each update may fetch over the network: 20M.")
    private Optional<Long> bytes = Optional.empty();

    @Option(
            names = "--beyond",
            paramLabel = "POLICY",
            defaultValue = "ask",
            description =
                    "What a device does with an update that needs more: allow, ask (waits for 'evenkeel device allow-download' or a delta), wait (for a delta), refuse (default: ${DEFAULT-VALUE}).")
    private String beyond = "";

    /// The same message, with the budget where one was asked for.
    JsonObject in(JsonObject message) {
        if (bytes.isEmpty()) return message;
        return message.with("budget", JsonObject.of("bytes", bytes.get()).with("beyond", beyond));
    }
}
