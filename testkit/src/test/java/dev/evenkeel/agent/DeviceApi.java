// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.agent;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.evenkeel.agent.HttpsEndpoint.Request;
import dev.evenkeel.agent.HttpsEndpoint.Response;
import dev.evenkeel.core.message.CheckIn;
import dev.evenkeel.testkit.BuiltRelease;
import dev.evenkeel.testkit.SimulatedAuthority;
import dev.evenkeel.testkit.SimulatedServer;
import dev.evenkeel.trust.DeviceCertificate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The device API over HTTPS as `docs` describe it, in front of a [SimulatedServer].
final class DeviceApi implements HttpsEndpoint.Handler {
    private static final String DEVICE = "/device/v1/" + BuiltRelease.FLEET + "/";
    private static final String EST = "/.well-known/est/" + BuiltRelease.FLEET + "/";
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
            if (request.path().equals(EST + "simpleenroll")) {
                requireToken(request);
                return certificate(server.enrol(Base64.getDecoder().decode(request.body())));
            }
            if (request.shown().isEmpty() || !isDevice(request.shown().get())) {
                return problem(401, "no such device");
            }
            server.shows(DeviceCertificate.of(List.of(request.shown().get())));
            if (request.path().equals(EST + "simplereenroll")) {
                return certificate(server.renew(Base64.getDecoder().decode(request.body())));
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

    private static void requireToken(Request request) throws Server.Refusal {
        String basic = "device:" + SimulatedServer.TOKEN;
        String wanted = "Basic " + Base64.getEncoder().encodeToString(basic.getBytes(UTF_8));
        if (!wanted.equals(request.headers().get("authorization"))) {
            throw new Server.Refusal(401, Duration.ZERO, "the token is wrong");
        }
    }

    private static boolean isDevice(X509Certificate shown) {
        return DeviceCertificate.nameIn(shown).filter(SimulatedServer.NAME::equals).isPresent();
    }

    private static Response certificate(DeviceCertificate given) {
        byte[] pkcs7 = SimulatedAuthority.certsOnly(given);
        return new Response(
                200,
                Map.of("Content-Type", "application/pkcs7-mime; smime-type=certs-only"),
                Base64.getMimeEncoder().encode(pkcs7),
                -1);
    }

    private Response content(Request request) throws IOException {
        if (!request.path().startsWith(CONTENT)) return problem(404, "nothing here");
        Path file = server.repository.folder.resolve(request.path().substring(CONTENT.length()));
        if (!Files.isRegularFile(file)) return problem(404, "no such content");
        byte[] whole = Files.readAllBytes(file);
        String range = request.headers().get("range");
        // several ranges are more than it does
        if (range == null || range.contains(",")) return Response.of(200, whole);
        return HttpsEndpoint.range(whole, range);
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
