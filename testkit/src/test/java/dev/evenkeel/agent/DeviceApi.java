// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.agent;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.evenkeel.agent.HttpsEndpoint.Request;
import dev.evenkeel.agent.HttpsEndpoint.Response;
import dev.evenkeel.core.message.CheckIn;
import dev.evenkeel.testkit.BuiltRelease;
import dev.evenkeel.testkit.SimulatedServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/// The device API over HTTPS as `docs` describe it, in front of a [SimulatedServer].
final class DeviceApi implements HttpsEndpoint.Handler {
    private static final String DEVICE = "/device/v1/" + BuiltRelease.FLEET + "/";
    private static final String CONTENT = "/content/v1/" + BuiltRelease.FLEET + "/";

    /// A fault put in the way; empty to answer as usual.
    interface Fault {
        Optional<Response> answer(Request request, Response usual);
    }

    final SimulatedServer server;
    volatile Fault fault = (_, _) -> Optional.empty();

    DeviceApi(SimulatedServer server) {
        this.server = server;
    }

    @Override
    public Response answer(Request request) throws IOException {
        Response usual = usual(request);
        return fault.answer(request, usual).orElse(usual);
    }

    private synchronized Response usual(Request request) throws IOException {
        try {
            if (request.path().equals(DEVICE + "enrol")) {
                return Response.of(200, server.enrol(request.body()).toBytes());
            }
            if (!"Bearer secret".equals(request.headers().get("authorization"))) {
                return problem(401, "no such device");
            }
            String mine = DEVICE + "devices/" + SimulatedServer.DEVICE + "/";
            if (request.path().equals(mine + "check-in")) {
                return Response.of(200, server.checkIn(CheckIn.read(request.body())).toBytes());
            }
            if (request.path().equals(mine + "boot-reports")) {
                server.report(request.body());
                return Response.of(204, new byte[0]);
            }
            return content(request);
        } catch (Server.Refusal refusal) {
            return problem(refusal.status(), String.valueOf(refusal.getMessage()));
        }
    }

    private Response content(Request request) throws IOException {
        if (!request.path().startsWith(CONTENT)) return problem(404, "nothing here");
        Path file = server.repository.folder.resolve(request.path().substring(CONTENT.length()));
        if (!Files.isRegularFile(file)) return problem(404, "no such content");
        byte[] whole = Files.readAllBytes(file);
        String range = request.headers().get("range");
        return range == null ? Response.of(200, whole) : HttpsEndpoint.range(whole, range);
    }

    static Response problem(int status, String detail) {
        String body =
                "{\"type\":\"about:blank\",\"status\":"
                        + status
                        + ",\"detail\":\""
                        + detail
                        + "\"}";
        return new Response(
                status,
                Map.of("Content-Type", "application/problem+json", "Retry-After", "1"),
                body.getBytes(UTF_8),
                -1);
    }
}
