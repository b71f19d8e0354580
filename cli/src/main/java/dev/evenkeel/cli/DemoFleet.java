// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.cli;

import dev.evenkeel.core.Channel;
import dev.evenkeel.core.FleetId;
import dev.evenkeel.core.Version;
import dev.evenkeel.core.json.JsonObject;
import dev.evenkeel.core.message.Provisioning;
import dev.evenkeel.image.process.Progress;
import dev.evenkeel.lab.DemoServer;
import dev.evenkeel.lab.TortureServer;
import dev.evenkeel.server.Server;
import dev.evenkeel.server.ServerOptions;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A server for the devices of a demo, a training, a torture or a test: the real one, in this
/// process, spoken to through its operator API like any other. Once closed it can be started again,
/// where it was.
public final class DemoFleet implements DemoServer, TortureServer {
    static final FleetId FLEET = new FleetId("default");
    static final String DEVICE_TYPE = "qemu-x86";
    private static final Channel CHANNEL = new Channel("dev");

    private final Path data;
    private final String seenByDevice;
    private final int pollSeconds;
    private int port;
    private @Nullable Server server;
    private @Nullable ServerClient client;

    /// @param seenByDevice under which address the device reaches the host's loopback
    public DemoFleet(Path data, String seenByDevice, int pollSeconds) {
        this.data = data;
        this.seenByDevice = seenByDevice;
        this.pollSeconds = pollSeconds;
    }

    @Override
    public void start() throws IOException {
        Server started =
                Server.start(
                        ServerOptions.in(data)
                                .withFleet(FLEET)
                                .withListen("127.0.0.1", port)
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
