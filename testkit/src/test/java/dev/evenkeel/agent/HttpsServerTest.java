// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.agent;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.evenkeel.agent.HttpsEndpoint.Response;
import dev.evenkeel.content.ContentFault;
import dev.evenkeel.content.ContentSource;
import dev.evenkeel.core.DeviceId;
import dev.evenkeel.core.DeviceUrn;
import dev.evenkeel.core.message.ContentMirror;
import dev.evenkeel.core.message.Protocol;
import dev.evenkeel.core.message.Provisioning;
import dev.evenkeel.testkit.BuiltRelease;
import dev.evenkeel.testkit.Repository;
import dev.evenkeel.testkit.SimulatedAuthority;
import dev.evenkeel.testkit.SimulatedServer;
import dev.evenkeel.trust.DeviceCertificate;
import dev.evenkeel.trust.PrivateKey;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HttpsServerTest {
    private static final PrivateKey KEY = PrivateKey.generate();
    private static final SimulatedAuthority AUTHORITY = new SimulatedAuthority();

    @TempDir Path folder;
    private DeviceApi api;
    private HttpsEndpoint endpoint;
    private HttpsServer server;
    private String pack;

    @BeforeEach
    void a_server_with_a_release() throws Exception {
        var repository = new Repository(folder.resolve("repository"));
        repository.publish("1.0");
        api = new DeviceApi(new SimulatedServer(repository));
        endpoint = new HttpsEndpoint(api);
        server = connect(endpoint.uri(), endpoint.certificate());
        server.signIn(KEY, certificate(SimulatedServer.NAME));
        try (var packs = Files.list(repository.folder.resolve("packs"))) {
            pack = "packs/" + packs.findFirst().orElseThrow().getFileName();
        }
    }

    @AfterEach
    void close() throws IOException {
        endpoint.close();
    }

    private static DeviceCertificate certificate(DeviceUrn name) {
        return AUTHORITY.certify(
                KEY.publicKey(), name, Repository.NOW, Repository.NOW.plus(Duration.ofDays(30)));
    }

    private static HttpsServer connect(URI uri, byte[] certificate) {
        return new HttpsServer(provisioning(uri, certificate));
    }

    private static Provisioning provisioning(URI uri, byte[] certificate) {
        return new Provisioning(
                BuiltRelease.FLEET,
                BuiltRelease.TYPE,
                1,
                uri,
                certificate,
                SimulatedServer.TOKEN,
                new byte[0]);
    }

    @Test
    void a_certificate_that_expired_and_bears_another_name_is_trusted_when_it_is_the_pinned_one()
            throws IOException {
        assertThat(server.metadata().fetch("timestamp.json", 1 << 20)).isPresent();
        assertThat(server.metadata().fetch("2.root.json", 1 << 20)).isEmpty();
    }

    @Test
    void the_devices_name_is_asked_for_whatever_the_address_is() throws IOException {
        server.metadata().fetch("timestamp.json", 1 << 20);
        assertThat(endpoint.askedFor).containsExactly(Protocol.DEVICE_HOST);
        var byName =
                connect(
                        URI.create("https://localhost:" + endpoint.uri().getPort()),
                        endpoint.certificate());
        byName.signIn(KEY, certificate(SimulatedServer.NAME));
        byName.metadata().fetch("timestamp.json", 1 << 20);
        assertThat(endpoint.askedFor).containsExactly(Protocol.DEVICE_HOST);
    }

    @Test
    void a_new_certificate_is_shown_from_the_next_call_on() throws IOException {
        var shown = new ArrayList<BigInteger>();
        api.fault =
                (request, _) -> {
                    shown.add(request.shown().orElseThrow().getSerialNumber());
                    return Optional.empty();
                };
        server.metadata().fetch("timestamp.json", 1 << 20);
        DeviceCertificate next =
                AUTHORITY.certify(
                        KEY.publicKey(),
                        SimulatedServer.NAME,
                        Repository.NOW.plusSeconds(1),
                        Repository.NOW.plusSeconds(9));
        server.signIn(KEY, next);
        server.metadata().fetch("timestamp.json", 1 << 20);
        assertThat(shown.getLast().toString(16)).isEqualTo(next.serial());
        assertThat(shown.getFirst()).isNotEqualTo(shown.getLast());
    }

    @Test
    void a_factory_certificate_is_shown_until_there_is_one_of_the_server() throws IOException {
        DeviceCertificate ofFactory = certificate(SimulatedServer.NAME);
        var factory = new Provisioning.FactoryIdentity(KEY.toPkcs8(), ofFactory.encoded());
        var device =
                new HttpsServer(
                        new Provisioning(
                                BuiltRelease.FLEET,
                                BuiltRelease.TYPE,
                                1,
                                endpoint.uri(),
                                endpoint.certificate(),
                                "",
                                new byte[0],
                                Optional.of(factory)));
        device.metadata().fetch("timestamp.json", 1 << 20);
    }

    @Test
    void any_other_certificate_is_refused() {
        byte[] other = endpoint.certificate();
        other[other.length - 1] ^= 1;
        var stranger = connect(endpoint.uri(), other);
        assertThatThrownBy(() -> stranger.metadata().fetch("timestamp.json", 1 << 20))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("another certificate");
    }

    @Test
    void a_range_brings_exactly_its_bytes() throws IOException {
        byte[] whole = Files.readAllBytes(api.server.repository.folder.resolve(pack));
        try (InputStream in = server.content().open(pack, 100, 50_000)) {
            assertThat(in.readAllBytes()).isEqualTo(Arrays.copyOfRange(whole, 100, 50_100));
        }
    }

    @Test
    void a_whole_file_instead_of_a_range_is_refused() {
        api.fault = (_, usual) -> Optional.of(Response.of(200, usual.body()));
        assertThatThrownBy(() -> server.content().open(pack, 100, 500))
                .hasMessageContaining("expected status 206, found 200");
    }

    @Test
    void another_range_than_the_one_asked_for_is_refused() {
        api.fault =
                (_, usual) ->
                        Optional.of(
                                new Response(
                                        206,
                                        Map.of("Content-Range", "bytes 0-499/9999"),
                                        usual.body(),
                                        -1));
        assertThatThrownBy(() -> server.content().open(pack, 100, 500))
                .hasMessageContaining("asked for 'bytes 100-599/', was sent 'bytes 0-499/9999'");
    }

    private static final List<ContentSource.Span> SPANS =
            List.of(new ContentSource.Span(100, 50), new ContentSource.Span(9_000, 20_000));

    private byte[] spans() throws IOException {
        try (InputStream in = server.content().open(pack, SPANS)) {
            return in.readAllBytes();
        }
    }

    private byte[] expectedSpans() throws IOException {
        byte[] whole = Files.readAllBytes(api.server.repository.folder.resolve(pack));
        var bytes = new ByteArrayOutputStream();
        for (ContentSource.Span span : SPANS) {
            bytes.write(whole, (int) span.from(), (int) span.length());
        }
        return bytes.toByteArray();
    }

    private static Response parts(byte[] whole, String boundary) {
        var body = new ByteArrayOutputStream();
        for (ContentSource.Span span : SPANS) {
            String head =
                    "\r\n--"
                            + boundary
                            + "\r\nContent-Range: bytes "
                            + span.from()
                            + "-"
                            + (span.end() - 1)
                            + "/"
                            + whole.length
                            + "\r\n\r\n";
            body.writeBytes(head.getBytes(US_ASCII));
            body.write(whole, (int) span.from(), (int) span.length());
        }
        body.writeBytes("\r\n--x--\r\n".getBytes(US_ASCII));
        return new Response(
                206,
                Map.of("Content-Type", "multipart/byteranges; boundary=x"),
                body.toByteArray(),
                -1);
    }

    /// What comes back when several ranges are asked for, and the ranges of all requests.
    private List<String> answerSeveral(Function<byte[], Response> answer) throws IOException {
        byte[] whole = Files.readAllBytes(api.server.repository.folder.resolve(pack));
        List<String> ranges = Collections.synchronizedList(new ArrayList<>());
        api.fault =
                (request, _) -> {
                    String range = request.headers().get("range");
                    ranges.add(range);
                    return range.contains(",")
                            ? Optional.of(answer.apply(whole))
                            : Optional.empty();
                };
        return ranges;
    }

    @Test
    void several_spans_come_by_one_request() throws IOException {
        List<String> ranges = answerSeveral(whole -> parts(whole, "x"));
        assertThat(spans()).isEqualTo(expectedSpans());
        assertThat(spans()).isEqualTo(expectedSpans());
        assertThat(ranges).containsExactly("bytes=100-149,9000-28999", "bytes=100-149,9000-28999");
    }

    @Test
    void a_server_that_does_not_do_several_is_asked_in_turn_from_then_on() throws IOException {
        List<Function<byte[], Response>> answers =
                List.of(
                        whole -> Response.of(200, whole),
                        whole -> HttpsEndpoint.range(whole, "bytes=100-149"),
                        _ -> DeviceApi.problem(416, "not so many"),
                        _ -> DeviceApi.problem(400, "what is that?"));
        for (Function<byte[], Response> answer : answers) {
            server = connect(endpoint.uri(), endpoint.certificate());
            server.signIn(KEY, certificate(SimulatedServer.NAME));
            List<String> ranges = answerSeveral(answer);
            assertThat(spans()).isEqualTo(expectedSpans());
            assertThat(spans()).isEqualTo(expectedSpans());
            assertThat(ranges)
                    .containsExactly(
                            "bytes=100-149,9000-28999",
                            "bytes=100-149",
                            "bytes=9000-28999",
                            "bytes=100-149",
                            "bytes=9000-28999");
        }
    }

    @Test
    void a_wrong_boundary_is_told_and_several_are_not_asked_for_again() throws IOException {
        List<String> ranges = answerSeveral(whole -> parts(whole, "y"));
        assertThatThrownBy(this::spans)
                .isInstanceOf(IOException.class)
                .hasMessageContaining(pack + ": an answer in several parts has no boundary");
        assertThat(spans()).isEqualTo(expectedSpans());
        assertThat(ranges.getFirst()).contains(",");
        assertThat(ranges.subList(1, 3)).containsExactly("bytes=100-149", "bytes=9000-28999");
    }

    @Test
    void a_busy_server_is_not_taken_for_one_that_does_not_do_several() throws IOException {
        List<String> ranges = answerSeveral(_ -> DeviceApi.problem(503, "busy"));
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(this::spans).isInstanceOf(Server.Refusal.class);
        }
        assertThat(ranges).allMatch(range -> range.contains(","));
    }

    @Test
    void a_mirror_whose_answer_never_begins_is_given_up() throws Exception {
        var impatient =
                new HttpsServer(
                        provisioning(endpoint.uri(), endpoint.certificate()),
                        new HttpsServer.Patience(Duration.ofSeconds(5), Duration.ofMillis(200)));
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread trickling = Thread.ofVirtual().start(() -> trickle(socket));
            ContentSource mirror =
                    impatient.mirror(
                            ContentMirror.parse("http://127.0.0.1:" + socket.getLocalPort()));
            assertThatThrownBy(() -> mirror.open(pack, 0, 10))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("the answer to a request was not begun within 600 ms");
            trickling.join();
        }
    }

    /// A header without an end, a byte now and then, until the client has enough.
    private static void trickle(ServerSocket socket) {
        try (Socket client = socket.accept()) {
            client.getOutputStream().write("HTTP/1.1 206 X\r\nX: ".getBytes(US_ASCII));
            while (true) {
                client.getOutputStream().write('y');
                Thread.sleep(20);
            }
        } catch (IOException | InterruptedException gone) {
            // the client went away
        }
    }

    @Test
    void a_mirror_is_shown_no_certificate_and_no_device_name() throws Exception {
        byte[] file = new byte[10_000];
        var shown = new ArrayList<Optional<X509Certificate>>();
        try (var mirror =
                new HttpsEndpoint(request -> {
                    shown.add(request.shown());
                    return request.path().equals("/copy/" + pack)
                            ? HttpsEndpoint.range(file, request.headers().get("range"))
                            : Response.of(404, new byte[0]);
                })) {
            ContentSource carrier =
                    server.mirror(ContentMirror.parse(mirror.uri().resolve("/copy").toString()));
            try (InputStream in = carrier.open(pack, 10, 500)) {
                assertThat(in.readAllBytes()).hasSize(500);
            }
            assertThatThrownBy(() -> carrier.open("packs/none", 0, 1))
                    .isInstanceOf(ContentFault.NotCarried.class);
            assertThat(shown).containsOnly(Optional.empty());
            assertThat(mirror.askedFor).doesNotContain(Protocol.DEVICE_HOST);
        }
    }

    @Test
    void content_that_is_not_there_is_told_apart_from_a_broken_server() {
        api.fault = (_, _) -> Optional.of(DeviceApi.problem(404, "no such content"));
        assertThatThrownBy(() -> server.content().fetch("indexes/" + "0".repeat(64), 100))
                .isInstanceOf(ContentFault.NotCarried.class);
        api.fault = (_, _) -> Optional.of(DeviceApi.problem(500, "out of order"));
        assertThatThrownBy(() -> server.content().fetch("indexes/" + "0".repeat(64), 100))
                .isInstanceOf(Server.Refusal.class)
                .hasMessage("the server answered 500: out of order");
    }

    @Test
    void a_busy_server_says_when_to_come_again() {
        api.fault = (_, _) -> Optional.of(DeviceApi.problem(503, "busy"));
        Server.Refusal refusal =
                catchThrowableOfType(
                        Server.Refusal.class, () -> server.content().open(pack, 0, 10));
        assertThat(refusal.retryAfter()).isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void a_wait_that_a_server_asks_for_is_bounded_and_nonsense_is_none() {
        assertThat(HttpAnswer.retryAfter("86400")).isEqualTo(Duration.ofHours(1));
        assertThat(HttpAnswer.retryAfter("soon")).isEqualTo(Duration.ZERO);
        assertThat(HttpAnswer.retryAfter(null)).isEqualTo(Duration.ZERO);
    }

    @Test
    void endless_content_is_stopped() {
        api.fault = (_, _) -> Optional.of(Response.of(200, new byte[10_000]));
        assertThatThrownBy(() -> server.content().fetch("indexes/" + "0".repeat(64), 5_000))
                .hasMessageContaining("longer than 5000 bytes");
    }

    @Test
    void the_certificate_of_another_device_is_refused() {
        server.signIn(
                KEY,
                certificate(
                        new DeviceUrn(
                                BuiltRelease.FLEET,
                                new DeviceId("dev-7123456789abcdefghjkmnpqrs"))));
        Server.Refusal refusal =
                catchThrowableOfType(Server.Refusal.class, () -> server.report(new byte[] {1}));
        assertThat(refusal.status()).isEqualTo(401);
    }

    @Test
    void a_connection_that_breaks_in_mid_range_is_an_error_and_the_next_one_works()
            throws IOException {
        api.fault =
                (_, usual) ->
                        Optional.of(
                                new Response(usual.status(), usual.headers(), usual.body(), 300));
        try (InputStream in = server.content().open(pack, 0, 1_000)) {
            assertThatThrownBy(() -> in.readNBytes(1_000)).isInstanceOf(IOException.class);
        }
        api.fault = (_, _) -> Optional.empty();
        try (InputStream in = server.content().open(pack, 0, 1_000)) {
            assertThat(in.readNBytes(1_000)).hasSize(1_000);
        }
    }
}
