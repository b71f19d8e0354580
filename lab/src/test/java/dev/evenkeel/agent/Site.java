// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.agent;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.evenkeel.core.json.JsonObject;
import dev.evenkeel.core.json.StrictJson;
import dev.evenkeel.core.message.Provisioning;
import dev.evenkeel.lab.net.Fault;
import dev.evenkeel.lab.net.FaultProxy;
import dev.evenkeel.server.Server;
import dev.evenkeel.server.ServerOptions;
import dev.evenkeel.server.delta.DeltaOptions;
import dev.evenkeel.testkit.BuiltRelease;
import dev.evenkeel.testkit.Repository;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/// A real server on loopback with the releases 1.0 and 1.1, where 1.1 is rolled out to everybody,
/// and devices that reach it over a link of their own.
final class Site implements AutoCloseable {
    final Repository built;
    final BuiltRelease factory;
    final BuiltRelease next;
    private final Path data;
    private final Server server;
    private final HttpClient operator;

    /// @param slotBytes of the slot image of 1.1; where it is as long as 1.0's, they share two
    ///   thirds
    Site(Path folder, int slotBytes) throws IOException {
        built = new Repository(folder.resolve("built"));
        factory = built.publish("1.0");
        byte[] slot = BuiltRelease.image("1.1", slotBytes);
        next =
                built.publish(
                        BuiltRelease.build(
                                built.builds().resolve("1.1"),
                                "1.1",
                                BuiltRelease.Terms.DEFAULT,
                                slot,
                                BuiltRelease.image("1.1", BuiltRelease.BOOT_BYTES)));
        data = folder.resolve("server");
        // before any other TLS connection of this process
        SmallRecords.enable();
        server =
                Server.start(
                        ServerOptions.in(data)
                                .withFleet(BuiltRelease.FLEET)
                                .withListen("127.0.0.1", 0)
                                // when one is ready would decide what is fetched
                                .withDeltas(DeltaOptions.DEFAULT.withEnabled(false))
                                .withPollSeconds(30));
        operator = HttpClient.newBuilder().sslContext(trusting(server.certificate())).build();
        for (BuiltRelease release : List.of(factory, next)) {
            call("POST", "/api/v1/releases?channel=dev", "application/x-tar", tar(release));
        }
        call("POST", "/api/v1/rollouts", JsonObject.of("release", "1.1"));
    }

    /// The record of a device that reaches the server at `at`.
    Provisioning provisioning(URI at) throws IOException {
        return new Provisioning(
                BuiltRelease.FLEET,
                BuiltRelease.TYPE,
                1,
                at,
                server.certificate(),
                call("POST", "/api/v1/enrolment-tokens", JsonObject.EMPTY).text("token"),
                Files.readAllBytes(data.resolve("repository/metadata/1.root.json")));
    }

    FaultProxy link(List<Fault> faults, long seed, Consumer<String> log) throws IOException {
        InetAddress here = InetAddress.getLoopbackAddress();
        return FaultProxy.start(
                new InetSocketAddress(here, 0),
                new InetSocketAddress(here, server.port()),
                faults,
                seed,
                log);
    }

    URI address() {
        return server.address();
    }

    /// What the server knows of a device.
    JsonObject device(String id) throws IOException {
        return call("GET", "/api/v1/devices/" + id, "application/json", new byte[0]);
    }

    /// The folder that the server serves.
    Path repository() {
        return data.resolve("repository");
    }

    private JsonObject call(String method, String path, JsonObject body) throws IOException {
        return call(method, path, "application/json", body.toCanonicalBytes());
    }

    private JsonObject call(String method, String path, String type, byte[] body)
            throws IOException {
        HttpRequest request =
                HttpRequest.newBuilder(server.address().resolve(path))
                        .timeout(Duration.ofSeconds(60))
                        .header("Authorization", "Bearer " + server.operatorToken())
                        .header("Content-Type", type)
                        .method(method, HttpRequest.BodyPublishers.ofByteArray(body))
                        .build();
        try {
            HttpResponse<byte[]> answer =
                    operator.send(request, HttpResponse.BodyHandlers.ofByteArray());
            if (answer.statusCode() / 100 != 2) {
                throw new AssertionError(path + ": " + new String(answer.body(), UTF_8));
            }
            return StrictJson.parseObject(answer.body(), 1 << 20);
        } catch (InterruptedException stopped) {
            throw new IOException(stopped);
        }
    }

    private static SSLContext trusting(byte[] certificate) {
        try {
            SSLContext tls = SSLContext.getInstance("TLSv1.3");
            tls.init(null, new TrustManager[] {new PinnedCertificate(certificate)}, null);
            return tls;
        } catch (GeneralSecurityException broken) {
            throw new AssertionError(broken);
        }
    }

    private static byte[] tar(BuiltRelease release) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var tar = new TarArchiveOutputStream(bytes);
                Stream<Path> files = Files.walk(release.folder())) {
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                byte[] content = Files.readAllBytes(file);
                String name = release.folder().relativize(file).toString();
                var entry = new TarArchiveEntry(name, true);
                entry.setSize(content.length);
                tar.putArchiveEntry(entry);
                tar.write(content);
                tar.closeArchiveEntry();
            }
        }
        return bytes.toByteArray();
    }

    @Override
    public void close() {
        operator.shutdownNow();
        server.close();
    }
}
