// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.cli;

import dev.evenkeel.core.Channel;
import dev.evenkeel.core.FleetId;
import dev.evenkeel.core.Version;
import dev.evenkeel.core.json.JsonObject;
import dev.evenkeel.core.message.Provisioning;
import dev.evenkeel.image.process.Progress;
import dev.evenkeel.lab.DemoServer;
import dev.evenkeel.lab.LabFailure;
import dev.evenkeel.lab.TortureServer;
import dev.evenkeel.server.Server;
import dev.evenkeel.server.ServerOptions;
import dev.evenkeel.server.delta.DeltaOptions;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A server for the devices of a demo, a training, a torture or a test: the real one, in this
/// process, spoken to through its operator API like any other. Once closed it can be started again,
/// where it was.
public final class DemoFleet implements DemoServer, TortureServer {
    static final FleetId FLEET = new FleetId("default");
    static final String DEVICE_TYPE = "qemu-x86";
    private static final Channel CHANNEL = new Channel("dev");
    private static final long LOOK_MILLIS = 500;

    private final Path data;
    private final String seenByDevice;
    private final int pollSeconds;
    private final boolean makesDeltas;
    private int port;
    private @Nullable Server server;
    private @Nullable ServerClient client;

    /// A server that makes no deltas, so that what a device fetches does not hang on when one is
    /// ready.
    ///
    /// @param seenByDevice under which address the device reaches the host's loopback
    public DemoFleet(Path data, String seenByDevice, int pollSeconds) {
        this(data, seenByDevice, pollSeconds, false);
    }

    public DemoFleet(Path data, String seenByDevice, int pollSeconds, boolean makesDeltas) {
        this.data = data;
        this.seenByDevice = seenByDevice;
        this.pollSeconds = pollSeconds;
        this.makesDeltas = makesDeltas;
    }

    @Override
    public void start() throws IOException {
        Server started =
                Server.start(
                        ServerOptions.in(data)
                                .withFleet(FLEET)
                                .withListen("127.0.0.1", port)
                                .withDeltas(DeltaOptions.DEFAULT.withEnabled(makesDeltas))
                                .withPollSeconds(pollSeconds));
        server = started;
        port = started.port();
        client =
                new ServerClient(
                        started.address(), started.operatorToken(), started.certificateFile());
    }

    String operatorToken() {
        return running().operatorToken();
    }

    @Override
    public URI console() {
        return running().address();
    }

    @Override
    public Provisioning provisioning() throws IOException {
        String reachedAt = "https://" + seenByDevice + ":" + running().port();
        return Provisioning.read(
                Provision.record(connected(), DEVICE_TYPE, 1, Optional.of(reachedAt)));
    }

    @Override
    public void publish(Path release) throws IOException {
        Publish.upload(connected(), release, CHANNEL, Progress.SILENT);
    }

    @Override
    public StepCost awaitDeltas(Version from, Version to, Duration patience) throws IOException {
        long end = System.nanoTime() + patience.toNanos();
        while (true) {
            List<JsonObject> rows =
                    connected().get("/api/v1/deltas").array("deltas").objects().stream()
                            .filter(row ->
                                    row.text("from").equals(from.text())
                                            && row.text("to").equals(to.text()))
                            .toList();
            boolean isSettled =
                    !rows.isEmpty()
                            && rows.stream()
                                    .map(row -> row.text("state"))
                                    .noneMatch(Set.of("waiting", "being_made")::contains);
            if (isSettled) return cost(rows);
            if (System.nanoTime() > end) {
                throw new LabFailure(
                        "expected the deltas from " + from + " to " + to + ", found " + rows);
            }
            try {
                Thread.sleep(LOOK_MILLIS);
            } catch (InterruptedException stop) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("waiting for deltas");
            }
        }
    }

    private static StepCost cost(List<JsonObject> rows) {
        long bytes = 0;
        long chunkBytes = 0;
        long fullBytes = 0;
        for (JsonObject row : rows) {
            boolean isReady = row.text("state").equals("ready");
            bytes += isReady ? row.integer("bytes") : row.integer("chunk_bytes");
            chunkBytes += row.integer("chunk_bytes");
            fullBytes += row.integer("full_bytes");
        }
        return new StepCost(bytes, chunkBytes, fullBytes);
    }

    @Override
    public void startRollout(Version release) throws IOException {
        connected()
                .post(
                        "/api/v1/rollouts",
                        JsonObject.of("release", release.text())
                                .with("group", "all")
                                .with("channel", CHANNEL.text()));
    }

    @Override
    public Optional<JsonObject> device() throws IOException {
        List<JsonObject> devices = connected().get("/api/v1/devices").array("devices").objects();
        return devices.stream().findFirst();
    }

    @Override
    public Optional<JsonObject> device(String id) throws IOException {
        return Optional.of(connected().get("/api/v1/devices/" + id));
    }

    @Override
    public void close() {
        if (client != null) client.close();
        if (server != null) server.close();
        client = null;
        server = null;
    }

    private Server running() {
        if (server == null) throw new IllegalStateException("the demo's server is not started");
        return server;
    }

    private ServerClient connected() {
        if (client == null) throw new IllegalStateException("the demo's server is not started");
        return client;
    }
}
