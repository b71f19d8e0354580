// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.agent;

import static java.net.HttpURLConnection.HTTP_ACCEPTED;
import static java.net.HttpURLConnection.HTTP_NOT_FOUND;
import static java.net.HttpURLConnection.HTTP_OK;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.evenkeel.content.ContentSource;
import dev.evenkeel.core.Limits;
import dev.evenkeel.core.MalformedInput;
import dev.evenkeel.core.message.CheckIn;
import dev.evenkeel.core.message.CheckInAnswer;
import dev.evenkeel.core.message.ContentMirror;
import dev.evenkeel.core.message.Provisioning;
import dev.evenkeel.trust.DeviceCertificate;
import dev.evenkeel.trust.MetadataSource;
import dev.evenkeel.trust.PrivateKey;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
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

        /// How long the whole head of an answer may take.
        Duration answer() {
            return read.multipliedBy(3);
        }
    }

    private final Provisioning provisioning;
    private final Patience patience;
    private final HttpCarrier content;

    /// One for all, because connections are kept by it.
    private final SSLSocketFactory mirrorSockets;

    private SSLSocketFactory sockets;
    private String deviceId = "";

    HttpsServer(Provisioning provisioning) {
        this(provisioning, Patience.USUAL);
    }

    HttpsServer(Provisioning provisioning, Patience patience) {
        this.provisioning = provisioning;
        this.patience = patience;
        this.content = new HttpCarrier(contentUri(""), this::open, patience.answer());
        this.mirrorSockets = tls("TLS", null, new MirrorTrust(provisioning.serverCertificate()));
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
        return content;
    }

    /// Nothing of this device's is shown to a mirror, no certificate and no name.
    @Override
    public ContentSource mirror(ContentMirror mirror) {
        return new HttpCarrier(mirror.base(), this::openMirror, patience.answer());
    }

    private HttpURLConnection openMirror(URI uri) throws IOException {
        if (!(uri.toURL().openConnection(Proxy.NO_PROXY) instanceof HttpURLConnection connection)) {
            throw new IOException(uri + ": only http and https are spoken here");
        }
        if (connection instanceof HttpsURLConnection secured) {
            secured.setSSLSocketFactory(mirrorSockets);
        }
        return usual(connection);
    }

    private Optional<byte[]> fetchMetadata(String fileName, int maxBytes) throws IOException {
        HttpsURLConnection connection = open(contentUri("metadata/" + fileName));
        var answer = new HttpAnswer(connection);
        if (answer.status() == HTTP_NOT_FOUND) {
            answer.drain();
            return Optional.empty();
        }
        answer.requireStatus(HTTP_OK);
        try (InputStream in = connection.getInputStream()) {
            return Optional.of(MetadataSource.read(in, fileName, maxBytes));
        }
    }

    private <T> T told(LinkFault.Call<T> call) throws IOException {
        return LinkFault.told(provisioning.server(), call);
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
        var answer = new HttpAnswer(connection);
        int status = answer.requireGood();
        if (status == HTTP_ACCEPTED) throw answer.refusal(status);
        try (InputStream in = connection.getInputStream()) {
            return in.readNBytes(Limits.MESSAGE_BYTES + 1);
        }
    }

    HttpsURLConnection open(URI uri) throws IOException {
        URL url = uri.toURL();
        if (!(url.openConnection(Proxy.NO_PROXY) instanceof HttpsURLConnection connection)) {
            throw new IOException(uri + ": only https is spoken here");
        }
        connection.setSSLSocketFactory(sockets);
        // the certificate itself is pinned, which says more than the name in it
        connection.setHostnameVerifier((_, _) -> true);
        return usual(connection);
    }

    private <T extends HttpURLConnection> T usual(T connection) {
        connection.setConnectTimeout((int) patience.connect().toMillis());
        connection.setReadTimeout((int) patience.read().toMillis());
        connection.setInstanceFollowRedirects(false);
        connection.setUseCaches(false);
        connection.setRequestProperty("Accept-Encoding", "identity");
        return connection;
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
        SmallRecords.enable();
        return new SmallRecords(
                tls(
                        "TLSv1.3",
                        shown.map(one -> new KeyManager[] {one}).orElse(null),
                        new PinnedCertificate(provisioning.serverCertificate())));
    }

    private static SSLSocketFactory tls(
            String version, KeyManager @Nullable [] shown, TrustManager trust) {
        try {
            SSLContext tls = SSLContext.getInstance(version);
            tls.init(shown, new TrustManager[] {trust}, null);
            return tls.getSocketFactory();
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException("every Java runtime speaks TLS", missing);
        }
    }
}
