// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.agent;

import static java.net.HttpURLConnection.HTTP_ACCEPTED;
import static java.net.HttpURLConnection.HTTP_BAD_REQUEST;
import static java.net.HttpURLConnection.HTTP_NOT_FOUND;
import static java.net.HttpURLConnection.HTTP_OK;
import static java.net.HttpURLConnection.HTTP_PARTIAL;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.evenkeel.content.ContentFault;
import dev.evenkeel.content.ContentSource;
import dev.evenkeel.core.Limits;
import dev.evenkeel.core.MalformedInput;
import dev.evenkeel.core.json.JsonObject;
import dev.evenkeel.core.json.StrictJson;
import dev.evenkeel.core.message.CheckIn;
import dev.evenkeel.core.message.CheckInAnswer;
import dev.evenkeel.core.message.Provisioning;
import dev.evenkeel.trust.DeviceCertificate;
import dev.evenkeel.trust.MetadataSource;
import dev.evenkeel.trust.PrivateKey;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpRetryException;
import java.net.Proxy;
import java.net.URI;
import java.net.URL;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;

/// The server over HTTPS. On `HttpsURLConnection`: it is in java.base, blocks as the agent does,
/// and has a time limit for each read, so that a dead link in mid-download ends in an error; the
/// newer client has none of the three (`docs/decisions/`).
final class HttpsServer implements Server {
    /// How long to wait for a connection, and for the next byte of one.
    record Patience(Duration connect, Duration read) {
        /// Generous: the first TLS handshake of an emulated device takes up to a minute.
        static final Patience USUAL = new Patience(Duration.ofSeconds(20), Duration.ofSeconds(90));
    }

    private static final Duration MOST_RETRY_AFTER = Duration.ofHours(1);

    private final Provisioning provisioning;
    private final Patience patience;
    private SSLSocketFactory sockets;
    private String deviceId = "";

    HttpsServer(Provisioning provisioning) {
        this(provisioning, Patience.USUAL);
    }

    HttpsServer(Provisioning provisioning, Patience patience) {
        this.provisioning = provisioning;
        this.patience = patience;
        this.sockets = sockets(provisioning.factory().map(ShownCertificate::of));
    }

    /// A new certificate takes new connections: those that showed the old one are not used again.
    @Override
    public void signIn(PrivateKey key, DeviceCertificate certificate) {
        deviceId = certificate.name().device().text();
        sockets = sockets(Optional.of(ShownCertificate.of(key, certificate)));
    }

    @Override
    public DeviceCertificate enrol(byte[] request) throws IOException {
        return told(() -> certificate("simpleenroll", request));
    }

    @Override
    public DeviceCertificate renew(byte[] request) throws IOException {
        return told(() -> certificate("simplereenroll", request));
    }

    /// RFC 7030, 4.2, with the bodies of RFC 8951: base64 there and back.
    private DeviceCertificate certificate(String operation, byte[] request) throws IOException {
        HttpsURLConnection connection = open(est(operation));
        if (!provisioning.token().isEmpty()) {
            String basic = "device:" + provisioning.token();
            connection.setRequestProperty(
                    "Authorization",
                    "Basic " + Base64.getEncoder().encodeToString(basic.getBytes(UTF_8)));
        }
        byte[] answer = post(connection, "application/pkcs10", Base64.getEncoder().encode(request));
        try {
            return DeviceCertificate.readCertsOnly(Base64.getMimeDecoder().decode(answer));
        } catch (IllegalArgumentException wrong) {
            throw new MalformedInput("the answer to " + operation + " is not base64", wrong);
        }
    }

    @Override
    public CheckInAnswer checkIn(CheckIn checkIn) throws IOException {
        byte[] message = checkIn.toBytes();
        return told(() ->
                CheckInAnswer.read(post(deviceApi("devices/" + deviceId + "/check-in"), message)));
    }

    @Override
    public void report(byte[] envelope) throws IOException {
        told(() -> post(deviceApi("devices/" + deviceId + "/boot-reports"), envelope));
    }

    @Override
    public MetadataSource metadata() {
        return (fileName, maxBytes) -> told(() -> fetchMetadata(fileName, maxBytes));
    }

    @Override
    public ContentSource content() {
        return new ContentSource() {
            @Override
            public byte[] fetch(String path, int maxBytes) throws IOException {
                return told(() -> fetchContent(path, maxBytes));
            }

            @Override
            public InputStream open(String path, long from, long length) throws IOException {
                return told(() -> openRange(path, from, length));
            }
        };
    }

    private Optional<byte[]> fetchMetadata(String fileName, int maxBytes) throws IOException {
        HttpsURLConnection connection = open(contentUri("metadata/" + fileName));
        if (status(connection) == HTTP_NOT_FOUND) {
            drain(connection);
            return Optional.empty();
        }
        requireStatus(connection, HTTP_OK);
        try (InputStream in = connection.getInputStream()) {
            return Optional.of(MetadataSource.read(in, fileName, maxBytes));
        }
    }

    private byte[] fetchContent(String path, int maxBytes) throws IOException {
        HttpsURLConnection connection = open(contentUri(path));
        requireCarried(connection, path, HTTP_OK);
        try (InputStream in = connection.getInputStream()) {
            byte[] bytes = in.readNBytes(maxBytes + 1);
            if (bytes.length > maxBytes) {
                throw new IOException(path + ": longer than " + maxBytes + " bytes");
            }
            return bytes;
        }
    }

    private InputStream openRange(String path, long from, long length) throws IOException {
        HttpsURLConnection connection = open(contentUri(path));
        connection.setRequestProperty("Range", "bytes=" + from + "-" + (from + length - 1));
        requireCarried(connection, path, HTTP_PARTIAL);
        String expected = "bytes " + from + "-" + (from + length - 1) + "/";
        String found = connection.getHeaderField("Content-Range");
        if (found == null || !found.startsWith(expected)) {
            connection.disconnect();
            throw new IOException(
                    path + ": asked for '" + expected + "', was sent '" + found + "'");
        }
        return new RangeStream(connection, provisioning.server(), length);
    }

    private interface Call<T> {
        T make() throws IOException;
    }

    /// Makes a call; what goes wrong on the way to the server is told in plain words.
    private <T> T told(Call<T> call) throws IOException {
        try {
            return call.make();
        } catch (Refusal refused) {
            throw refused;
        } catch (MalformedInput wrong) {
            // no message of ours: a fault of whatever sits on the line
            throw new IOException(wrong.getMessage(), wrong);
        } catch (IOException broken) {
            throw LinkFault.of(provisioning.server(), broken);
        }
    }

    private byte[] post(URI uri, byte[] body) throws IOException {
        return post(open(uri), "application/json", body);
    }

    private static byte[] post(HttpsURLConnection connection, String type, byte[] body)
            throws IOException {
        connection.setRequestMethod("POST");
        connection.setDoOutput(true);
        // fixed length: without it the JDK repeats a POST by itself when the connection breaks
        connection.setFixedLengthStreamingMode(body.length);
        connection.setRequestProperty("Content-Type", type);
        try (OutputStream out = connection.getOutputStream()) {
            out.write(body);
        }
        int status = requireAnswer(connection);
        if (status == HTTP_ACCEPTED) throw refusal(connection, status);
        try (InputStream in = connection.getInputStream()) {
            return in.readNBytes(Limits.MESSAGE_BYTES + 1);
        }
    }

    private HttpsURLConnection open(URI uri) throws IOException {
        URL url = uri.toURL();
        if (!(url.openConnection(Proxy.NO_PROXY) instanceof HttpsURLConnection connection)) {
            throw new IOException(uri + ": only https is spoken here");
        }
        connection.setSSLSocketFactory(sockets);
        // the certificate itself is pinned, which says more than the name in it
        connection.setHostnameVerifier((_, _) -> true);
        connection.setConnectTimeout((int) patience.connect().toMillis());
        connection.setReadTimeout((int) patience.read().toMillis());
        connection.setInstanceFollowRedirects(false);
        connection.setUseCaches(false);
        connection.setRequestProperty("Accept-Encoding", "identity");
        return connection;
    }

    private static void requireCarried(HttpsURLConnection connection, String path, int expected)
            throws IOException {
        if (status(connection) == HTTP_NOT_FOUND) {
            drain(connection);
            throw new ContentFault.NotCarried(path);
        }
        requireStatus(connection, expected);
    }

    private static void requireStatus(HttpsURLConnection connection, int expected)
            throws IOException {
        int status = requireAnswer(connection);
        if (status == expected) return;
        connection.disconnect();
        throw new IOException(
                connection.getURL().getPath()
                        + ": expected status "
                        + expected
                        + ", found "
                        + status);
    }

    /// Throws unless an answer is good and, by its form, the server's own. Returns its status.
    private static int requireAnswer(HttpsURLConnection connection) throws IOException {
        int status = status(connection);
        String type = connection.getContentType();
        boolean isPage = type != null && type.startsWith("text/html");
        if (isPage || status / 100 == 3) {
            connection.disconnect();
            throw LinkFault.page(connection.getURL(), status);
        }
        if (status / 100 != 2) throw refusal(connection, status);
        return status;
    }

    private static int status(HttpsURLConnection connection) throws IOException {
        try {
            return connection.getResponseCode();
        } catch (HttpRetryException unauthorised) {
            return unauthorised.responseCode();
        }
    }

    private static Refusal refusal(HttpsURLConnection connection, int status) throws IOException {
        String detail = detail(drain(connection));
        return new Refusal(
                status,
                retryAfter(connection.getHeaderField("Retry-After")),
                "the server answered " + status + (detail.isEmpty() ? "" : ": " + detail));
    }

    /// What the body of an error says: its detail as RFC 9457 has it, else its beginning.
    static String detail(byte[] body) {
        try {
            JsonObject problem = StrictJson.parseObject(body, Limits.MESSAGE_BYTES);
            return problem.optionalText("detail")
                    .or(() -> problem.optionalText("title"))
                    .orElse("");
        } catch (MalformedInput noProblem) {
            return new String(body, 0, Math.min(body.length, 200), UTF_8).strip();
        }
    }

    /// Seconds, as our server sends it; the other form, a date, would need a clock.
    static Duration retryAfter(@Nullable String header) {
        if (header == null || !header.strip().matches("[0-9]{1,9}")) return Duration.ZERO;
        Duration asked = Duration.ofSeconds(Long.parseLong(header.strip()));
        return asked.compareTo(MOST_RETRY_AFTER) > 0 ? MOST_RETRY_AFTER : asked;
    }

    /// Reads a short error body, so that the connection can be used again.
    private static byte[] drain(HttpsURLConnection connection) throws IOException {
        boolean isError = status(connection) >= HTTP_BAD_REQUEST;
        try (InputStream error =
                isError ? connection.getErrorStream() : connection.getInputStream()) {
            return error == null ? new byte[0] : error.readNBytes(Limits.MESSAGE_BYTES);
        }
    }

    private URI deviceApi(String path) {
        return provisioning.server().resolve("/device/v1/" + provisioning.fleet() + "/" + path);
    }

    private URI est(String operation) {
        return provisioning
                .server()
                .resolve("/.well-known/est/" + provisioning.fleet() + "/" + operation);
    }

    private URI contentUri(String path) {
        return provisioning.server().resolve("/content/v1/" + provisioning.fleet() + "/" + path);
    }

    private SSLSocketFactory sockets(Optional<ShownCertificate> shown) {
        try {
            SmallRecords.enable();
            SSLContext tls = SSLContext.getInstance("TLSv1.3");
            tls.init(
                    shown.map(one -> new KeyManager[] {one}).orElse(null),
                    new TrustManager[] {new PinnedCertificate(provisioning.serverCertificate())},
                    null);
            return new SmallRecords(tls.getSocketFactory());
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException("every Java runtime speaks TLS 1.3", missing);
        }
    }
}
