// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.cli;

import dev.evenkeel.core.Limits;
import dev.evenkeel.core.MalformedInput;
import dev.evenkeel.core.json.JsonObject;
import dev.evenkeel.core.json.StrictJson;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/// The operator API of one server, as commands call it. Trusts exactly the certificate that it was
/// given.
final class ServerClient implements AutoCloseable {
    private static final int ANSWER_BYTES = 16 << 20;

    private final URI base;
    private final String token;
    private final HttpClient http;

    /// @param base `https://host:port`
    /// @param token operator token
    /// @param certificate PEM or DER of the server's authority
    ServerClient(URI base, String token, Path certificate) throws IOException {
        this.base = base;
        this.token = token;
        this.http =
                HttpClient.newBuilder()
                        .sslContext(trusting(certificate))
                        .connectTimeout(Duration.ofSeconds(10))
                        .build();
    }

    URI base() {
        return base;
    }

    JsonObject get(String path) throws IOException {
        return json(request(path).GET().build());
    }

    JsonObject post(String path, JsonObject body) throws IOException {
        return sent("POST", path, body);
    }

    JsonObject put(String path, JsonObject body) throws IOException {
        return sent("PUT", path, body);
    }

    void delete(String path) throws IOException {
        json(request(path).DELETE().build());
    }

    private JsonObject sent(String method, String path, JsonObject body) throws IOException {
        return json(
                request(path)
                        .header("Content-Type", "application/json")
                        .method(method, BodyPublishers.ofByteArray(body.toCanonicalBytes()))
                        .build());
    }

    /// Sends a body that may be long; it is read while it is sent.
    JsonObject upload(String path, String contentType, BodyPublisher body) throws IOException {
        return json(
                request(path)
                        .timeout(Duration.ofHours(2))
                        .header("Content-Type", contentType)
                        .POST(body)
                        .build());
    }

    byte[] bytes(String path, JsonObject body) throws IOException {
        return send(
                request(path)
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofByteArray(body.toCanonicalBytes()))
                        .build());
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(base.resolve(path))
                .timeout(Duration.ofSeconds(60))
                .header("Authorization", "Bearer " + token);
    }

    private JsonObject json(HttpRequest request) throws IOException {
        byte[] body = send(request);
        return body.length == 0 ? JsonObject.EMPTY : StrictJson.parseObject(body, ANSWER_BYTES);
    }

    private byte[] send(HttpRequest request) throws IOException {
        try {
            HttpResponse<InputStream> response =
                    http.send(request, HttpResponse.BodyHandlers.ofInputStream());
            try (InputStream in = response.body()) {
                byte[] body = in.readNBytes(ANSWER_BYTES);
                if (response.statusCode() / 100 == 2) return body;
                throw CommandFault.refused(problem(response.statusCode(), body, request));
            }
        } catch (ConnectException unreachable) {
            throw new CommandFault(
                    Faults.UNREACHABLE,
                    "no server answers at "
                            + base
                            + ". Start one with 'evenkeel server', or name another with --url.");
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new CommandFault(130, "interrupted");
        }
    }

    private static String problem(int status, byte[] body, HttpRequest request) {
        String told = "";
        try {
            JsonObject problem = StrictJson.parseObject(body, Limits.MESSAGE_BYTES);
            Optional<String> detail = problem.optionalText("detail");
            told = detail.isPresent() ? detail.get() : problem.optionalText("title").orElse("");
        } catch (MalformedInput notJson) {
            told = "the answer was no problem document";
        }
        return switch (status) {
            case 401, 403 -> "the server refused the operator token (" + status + "): " + told;
            default ->
                    "the server answered "
                            + status
                            + " to "
                            + request.method()
                            + " "
                            + request.uri().getPath()
                            + ": "
                            + told;
        };
    }

    private static SSLContext trusting(Path certificate) throws IOException {
        try (InputStream in = Files.newInputStream(certificate)) {
            Certificate authority = CertificateFactory.getInstance("X.509").generateCertificate(in);
            KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
            trusted.load(null, null);
            trusted.setCertificateEntry("server", authority);
            TrustManagerFactory trust =
                    TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(trusted);
            SSLContext context = SSLContext.getInstance("TLSv1.3");
            context.init(null, trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException broken) {
            throw CommandFault.refused(
                    certificate + " is no X.509 certificate: " + broken.getMessage());
        }
    }

    @Override
    public void close() {
        http.close();
    }
}
