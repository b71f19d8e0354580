// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.lab;

import dev.evenkeel.core.Version;
import dev.evenkeel.core.json.JsonObject;
import dev.evenkeel.core.message.Provisioning;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/// The server of the demo, through its operator API. Every device of its fleet is in one group.
public interface DemoServer extends AutoCloseable {
    /// Starts with an empty fleet and returns when it answers.
    void start() throws IOException;

    /// For people, with a token or login if one is needed.
    URI console();

    /// For one new device, which sees the host's loopback as 10.0.2.2; with a fresh token.
    Provisioning provisioning() throws IOException;

    void publish(Path release) throws IOException;

    void startRollout(Version release) throws IOException;

    /// What one update costs on the network.
    ///
    /// @param bytes by deltas where they are ready, by chunks for the rest
    /// @param chunkBytes by chunks alone
    /// @param fullBytes for a device that has nothing
    record StepCost(long bytes, long chunkBytes, long fullBytes) {}

    /// Waits until the server has made the deltas from what the device runs, or knows that they
    /// would save nothing.
    StepCost awaitDeltas(Version from, Version to, Duration patience) throws IOException;

    /// The one device as `GET /api/v1/.../devices/<id>` shows it; empty until it has enrolled.
    Optional<JsonObject> device() throws IOException;

    @Override
    void close() throws IOException;
}
