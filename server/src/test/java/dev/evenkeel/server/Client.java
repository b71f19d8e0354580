// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.server;

import dev.evenkeel.core.json.JsonObject;
import dev.evenkeel.core.json.StrictJson;
import dev.evenkeel.core.message.Protocol;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/// Speaks HTTPS to a server as one caller, and trusts its authority alone. Whatever the operator
/// API answers is held against its OpenAPI document.
public final class Client implements AutoCloseable {
    private final URI base;
    private final @Nullable String bearer;
    private final HttpClient http;

    /// One that shows a certificate, if it is given one, where a device is asked for it.
    ///
    /// @param key of the certificate, PKCS#8
    public static Client showing(
            URI base, byte[] authority, byte[] key, List<X509Certificate> chain) {
        return new Client(base, authority, null, keys(key, chain), Protocol.DEVICE_HOST);
    }

    /// One that asks for the server by the devices' name, and has nothing to show.
    public static Client unknown(URI base, byte[] authority) {
        return new Client(base, authority, null, null, Protocol.DEVICE_HOST);
    }

    public Client(URI base, byte[] authority, @Nullable String bearer) {
        this(base, authority, bearer, null, "");
    }

    private Client(
            URI base,
            byte[] authority,
            @Nullable String bearer,
            KeyManager @Nullable [] keys,
            String name) {
        this.base = base;
        this.bearer = bearer;
        HttpClient.Builder builder = HttpClient.newBuilder().sslContext(tls(authority, keys));
        if (!name.isEmpty()) {
            // the address is a literal, so that this name is not replaced by it
            var parameters = new SSLParameters();
            parameters.setServerNames(List.of(new SNIHostName(name)));
            builder.sslParameters(parameters);
        }
        this.http = builder.build();
    }

    public HttpResponse<byte[]> get(String path) throws IOException {
        return get(path, Map.of());
    }

    public HttpResponse<byte[]> get(String path, Map<String, String> headers) throws IOException {
        return send("GET", path, new byte[0], headers);
    }

    public HttpResponse<byte[]> post(String path, byte[] body) throws IOException {
        return send("POST", path, body, Map.of());
    }

    public HttpResponse<byte[]> post(String path, JsonObject body) throws IOException {
        return post(path, body.toCanonicalBytes());
    }

    public HttpResponse<byte[]> send(
            String method, String path, byte[] body, Map<String, String> headers)
            throws IOException {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(base + path))
                        .timeout(Duration.ofSeconds(30))
                        .method(
                                method,
                                body.length == 0
                                        ? HttpRequest.BodyPublishers.noBody()
                                        : HttpRequest.BodyPublishers.ofByteArray(body));
        if (bearer != null) request.header("Authorization", "Bearer " + bearer);
        headers.forEach(request::header);
        try {
            HttpResponse<byte[]> response =
                    http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
            ApiContract.PUBLISHED.check(method, path, response);
            return response;
        } catch (InterruptedException interrupted) {
            throw new IOException(interrupted);
        }
    }

    public URI resolve(String path) {
        return base.resolve(path);
    }

    public HttpClient http() {
        return http;
    }

    public static JsonObject json(HttpResponse<byte[]> response) {
        return StrictJson.parseObject(response.body(), 1 << 24);
    }

    public static String text(HttpResponse<byte[]> response) {
        return new String(response.body(), StandardCharsets.UTF_8);
    }

    private static KeyManager[] keys(byte[] pkcs8, List<X509Certificate> chain) {
        try {
            var store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            var key =
                    KeyFactory.getInstance(chain.getFirst().getPublicKey().getAlgorithm())
                            .generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
            store.setKeyEntry("device", key, new char[0], chain.toArray(X509Certificate[]::new));
            var factory = KeyManagerFactory.getInstance("SunX509");
            factory.init(store, new char[0]);
            return factory.getKeyManagers();
        } catch (GeneralSecurityException | IOException broken) {
            throw new AssertionError(broken);
        }
    }

    private static SSLContext tls(byte[] authority, KeyManager @Nullable [] keys) {
        try {
            var trusted = KeyStore.getInstance(KeyStore.getDefaultType());
            trusted.load(null, null);
            trusted.setCertificateEntry(
                    "server",
                    CertificateFactory.getInstance("X.509")
                            .generateCertificate(new ByteArrayInputStream(authority)));
            var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(trusted);
            var context = SSLContext.getInstance("TLSv1.3");
            context.init(keys, trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException | IOException broken) {
            throw new AssertionError(broken);
        }
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
