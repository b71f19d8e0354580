// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.server;

import dev.evenkeel.core.json.JsonObject;
import dev.evenkeel.server.delta.DeltaOptions;
import java.io.IOException;
import java.nio.file.Path;

/// A real server on a free port of loopback, and its operator.
final class RunningServer implements AutoCloseable {
    final Path data;
    Server server;
    Client operator;
    Client nobody;
    Client unknown;

    RunningServer(Path data) throws IOException {
        this(options(data));
    }

    RunningServer(ServerOptions options) throws IOException {
        this(options, Server.start(options));
    }

    RunningServer(ServerOptions options, Server server) {
        this.data = options.data();
        this.server = server;
        this.operator = new Client(server.address(), server.certificate(), server.operatorToken());
        this.nobody = anotherNobody();
        this.unknown = Client.unknown(server.address(), server.certificate());
    }

    /// One more stranger, with a connection of its own.
    Client anotherNobody() {
        return new Client(server.address(), server.certificate(), null);
    }

    /// Makes no deltas, which few tests are about.
    static ServerOptions options(Path data) {
        return ServerOptions.in(data)
                .withFleet(FakeAgent.HOME)
                .withListen("127.0.0.1", 0)
                .withDeltas(DeltaOptions.DEFAULT.withEnabled(false));
    }

    String token() throws IOException {
        return Client.json(operator.post("/api/v1/enrolment-tokens", JsonObject.EMPTY))
                .text("token");
    }

    FakeAgent device() throws IOException {
        return FakeAgent.enrol(server.address(), server.certificate(), token());
    }

    JsonObject publish(TestRelease release) throws IOException {
        var response =
                operator.send(
                        "POST",
                        "/api/v1/releases?channel=dev",
                        release.tar(),
                        java.util.Map.of("Content-Type", "application/x-tar"));
        if (response.statusCode() != 201) throw new AssertionError(Client.text(response));
        return Client.json(response);
    }

    JsonObject rollOut(String release) throws IOException {
        return Client.json(operator.post("/api/v1/rollouts", JsonObject.of("release", release)));
    }

    JsonObject show(FakeAgent device) throws IOException {
        return Client.json(operator.get("/api/v1/devices/" + device.id));
    }

    @Override
    public void close() {
        operator.close();
        nobody.close();
        unknown.close();
        server.close();
    }
}
