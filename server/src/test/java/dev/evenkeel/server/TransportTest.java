// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.server;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.core.DeviceUrn;
import dev.evenkeel.core.json.JsonObject;
import dev.evenkeel.core.message.Protocol;
import dev.evenkeel.trust.DeviceCertificate;
import dev.evenkeel.trust.PrivateKey;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Who is let through to the device API, and for how long.
class TransportTest {
    private static final Duration LIFE = Duration.ofDays(30);

    @TempDir Path folder;
    private RunningServer home;
    private Duration ahead = Duration.ZERO;

    @BeforeEach
    void start() throws IOException {
        home = running(RunningServer.options(folder.resolve("data")));
    }

    private RunningServer running(ServerOptions options) throws IOException {
        InstantSource clock = () -> Clock.systemUTC().instant().plus(ahead);
        return new RunningServer(options, Server.start(options, clock, ServerLimits.DEFAULT));
    }

    @AfterEach
    void stop() {
        home.close();
    }

    private FakeAgent showing(FakeAgent device, DeviceCertificate certificate) {
        return device.with(certificate, home.server.address(), home.server.certificate());
    }

    private static void isUnknown(HttpResponse<byte[]> response, String why) {
        assertThat(response.statusCode()).isEqualTo(401);
        assertThat(Client.json(response).text("type")).endsWith("no-certificate");
        assertThat(Client.json(response).text("detail")).contains(why);
    }

    @Test
    void the_device_api_takes_no_one_without_a_certificate_and_no_bearer() throws IOException {
        FakeAgent device = home.device();
        byte[] checkIn = device.nextCheckIn().toBytes();
        isUnknown(home.unknown.post(device.path("check-in"), checkIn), Protocol.DEVICE_HOST);
        isUnknown(home.nobody.post(device.path("check-in"), checkIn), Protocol.DEVICE_HOST);
        isUnknown(
                home.unknown.send(
                        "POST",
                        device.path("check-in"),
                        checkIn,
                        Map.of("Authorization", "Bearer device.home.secret")),
                Protocol.DEVICE_HOST);
    }

    @Test
    void a_certificate_that_a_proxy_claims_in_a_header_counts_for_nothing() throws IOException {
        FakeAgent device = home.device();
        String pem =
                new String(Pem.write(device.certificate.chain().getFirst()), US_ASCII)
                        .replace("\n", " ");
        for (String header :
                List.of("X-SSL-Client-Cert", "X-Forwarded-Client-Cert", "Client-Cert")) {
            isUnknown(
                    home.unknown.send(
                            "POST",
                            device.path("check-in"),
                            device.nextCheckIn().toBytes(),
                            Map.of(header, pem)),
                    "certificate");
        }
    }

    @Test
    void a_forged_certificate_of_the_same_names_and_key_is_refused() throws IOException {
        FakeAgent device = home.device();
        DeviceAuthority forger =
                DeviceAuthority.open(
                        new JoiningOptions.Authority.Own(), folder.resolve("forger"), "home");
        var forged =
                forger.issue(
                        new DeviceUrn(FakeAgent.HOME, device.id),
                        device.key.publicKey().toSpki(),
                        Instant.now(),
                        LIFE);
        FakeAgent liar = showing(device, DeviceCertificate.of(List.of(forged)));
        assertThat(liar.triesToCheckIn().statusCode()).isEqualTo(401);
    }

    @Test
    void a_device_cannot_speak_for_another() throws IOException {
        FakeAgent device = home.device();
        FakeAgent other = home.device();
        isUnknown(
                device.client.post(other.path("check-in"), other.nextCheckIn().toBytes()),
                "another device than the path");
    }

    @Test
    void revocation_counts_at_once_also_on_an_open_connection() throws IOException {
        FakeAgent device = home.device();
        device.checksIn();
        home.operator.post(
                "/api/v1/devices/" + device.id + "/revoke", JsonObject.of("reason", "stolen"));
        HttpResponse<byte[]> refused = device.triesToCheckIn();
        assertThat(refused.statusCode()).isEqualTo(403);
        assertThat(Client.json(refused).text("type")).endsWith("revoked");
        assertThat(device.client.get("/content/v1/home/metadata/timestamp.json").statusCode())
                .isEqualTo(403);
        assertThat(device.renews().statusCode()).isEqualTo(403);
        assertThat(FakeAgent.triesToEnrol(home.unknown, home.token(), device.key).statusCode())
                .as("its key is worth nothing any more")
                .isEqualTo(403);
        assertThat(home.show(device).object("revoked").text("why")).isEqualTo("stolen");
    }

    @Test
    void an_expired_certificate_is_good_for_the_next_one_and_nothing_else() throws IOException {
        FakeAgent device = home.device();
        ahead = LIFE.plusDays(1);
        isUnknown(device.triesToCheckIn(), "expired");
        HttpResponse<byte[]> renewed = device.renews();
        assertThat(renewed.statusCode()).isEqualTo(200);
        showing(device, FakeAgent.certificate(renewed)).checksIn();
        assertThat(Client.text(home.operator.get("/api/v1/devices/" + device.id + "/timeline")))
                .contains("renewed after it had expired");
    }

    @Test
    void a_device_that_was_in_a_drawer_for_years_comes_again_with_its_key_alone()
            throws IOException {
        FakeAgent device = home.device();
        ahead = Duration.ofDays(3 * 365);
        HttpResponse<byte[]> again =
                FakeAgent.asks(home.unknown, "simpleenroll", "", FakeAgent.request(device.key));
        assertThat(again.statusCode()).isEqualTo(200);
        FakeAgent same = showing(device, FakeAgent.certificate(again));
        assertThat(same.id).isEqualTo(device.id);
        same.checksIn();
        assertThat(Client.text(home.operator.get("/api/v1/devices/" + device.id + "/timeline")))
                .contains("came again with its known key");
    }

    @Test
    void a_server_whose_clock_was_ahead_locks_no_device_out() throws IOException {
        ahead = Duration.ofDays(10_000);
        FakeAgent device = home.device();
        ahead = Duration.ZERO;
        device.checksIn();
    }

    @Test
    void a_renewal_for_another_key_is_refused() throws IOException {
        FakeAgent device = home.device();
        byte[] other = FakeAgent.request(PrivateKey.generate());
        assertThat(FakeAgent.asks(device.client, "simplereenroll", "", other).statusCode())
                .isEqualTo(403);
    }

    @Test
    void another_fleet_is_not_served() throws IOException {
        byte[] request =
                FakeAgent.request(PrivateKey.generate(), new dev.evenkeel.core.FleetId("other"));
        assertThat(FakeAgent.asks(home.unknown, "simpleenroll", home.token(), request).statusCode())
                .isEqualTo(400);
        assertThat(home.unknown.get("/.well-known/est/other/cacerts").statusCode()).isEqualTo(404);
    }

    @Test
    void strangers_are_refused_where_nobody_approves() throws IOException {
        var options = RunningServer.options(folder.resolve("strict"));
        try (RunningServer strict =
                running(options.withJoining(JoiningOptions.DEFAULT.withApprovals(false)))) {
            HttpResponse<byte[]> refused =
                    FakeAgent.asks(
                            strict.unknown,
                            "simpleenroll",
                            "",
                            FakeAgent.request(PrivateKey.generate()));
            assertThat(refused.statusCode()).isEqualTo(401);
            assertThat(refused.headers().firstValue("WWW-Authenticate").orElse(""))
                    .startsWith("Basic");
        }
    }

    private String handshake(String name) throws IOException {
        return new Tools(folder)
                .tries(
                        "openssl s_client -connect 127.0.0.1:"
                                + home.server.port()
                                + (name.isEmpty() ? " -noservername" : " -servername " + name))
                .text();
    }

    @Test
    void a_browser_is_never_asked_for_a_certificate() throws IOException {
        assertThat(handshake(Protocol.DEVICE_HOST))
                .contains("Acceptable client certificate CA names")
                .contains("Evenkeel device authority");
        for (String name : List.of("localhost", "console.example", "")) {
            assertThat(handshake(name))
                    .contains("No client certificate CA names sent")
                    .contains("TLSv1.3");
        }
    }

    private void newCertificate(String name) throws IOException {
        new Tools(folder)
                .runs(
                        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days"
                                + " 9 -subj /CN="
                                + name
                                + " -keyout people.key -out people.pem");
    }

    @Test
    void a_servers_certificate_is_exchanged_while_it_runs() throws Exception {
        newCertificate("first.example");
        home.close();
        var files =
                new ServerOptions.CertificateFiles(
                        folder.resolve("people.pem"), folder.resolve("people.key"));
        TlsIdentity own = TlsIdentity.open(folder.resolve("tls"), List.of());
        var certificates = new ServerCertificates(own, java.util.Optional.of(files));
        assertThat(certificates.toPeople().chain().getFirst().getSubjectX500Principal().getName())
                .isEqualTo("CN=first.example");
        var devices = certificates.toDevices();
        newCertificate("second.example");
        certificates.reload();
        assertThat(certificates.toPeople().chain().getFirst().getSubjectX500Principal().getName())
                .isEqualTo("CN=second.example");
        assertThat(certificates.toDevices()).as("what devices pin").isEqualTo(devices);
        Files.writeString(files.chain(), "half a certif");
        certificates.reload();
        assertThat(certificates.toPeople().chain().getFirst().getSubjectX500Principal().getName())
                .as("what cannot be used changes nothing")
                .isEqualTo("CN=second.example");
        newCertificate("third.example");
        try (RunningServer other =
                new RunningServer(
                        RunningServer.options(folder.resolve("other")).withCertificate(files))) {
            String shown =
                    new Tools(folder)
                            .tries(
                                    "openssl s_client -connect 127.0.0.1:"
                                            + other.server.port()
                                            + " -servername third.example")
                            .text();
            assertThat(shown).contains("CN = third.example");
        }
        home = running(RunningServer.options(folder.resolve("data")));
    }

    @Test
    void the_users_own_authority_certifies_and_its_whole_chain_is_handed_out() throws IOException {
        var tools = new Tools(folder);
        tools.runs(
                "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 99 -subj /CN=root -keyout root.key -out root.pem");
        tools.runs(
                "openssl req -newkey rsa:3072 -nodes -subj /CN=devices -keyout i.key -out i.csr");
        tools.runs(
                "printf 'basicConstraints=critical,CA:TRUE\\nkeyUsage=critical,keyCertSign' > ext");
        tools.runs(
                "openssl x509 -req -in i.csr -CA root.pem -CAkey root.key -CAcreateserial -extfile ext -days 99 -out i.pem");
        tools.runs("cat i.pem root.pem > chain.pem");
        var authority =
                new JoiningOptions.Authority.InFiles(
                        folder.resolve("chain.pem"), folder.resolve("i.key"));
        try (RunningServer own =
                new RunningServer(
                        RunningServer.options(folder.resolve("own"))
                                .withJoining(JoiningOptions.DEFAULT.withAuthority(authority)))) {
            FakeAgent device = own.device();
            assertThat(device.certificate.chain())
                    .extracting(one -> one.getSubjectX500Principal().getName())
                    .endsWith("CN=devices", "CN=root");
            device.checksIn();
        }
        assertThatThrownBy(() ->
                        DeviceAuthority.open(
                                new JoiningOptions.Authority.InFiles(
                                        folder.resolve("chain.pem"), folder.resolve("root.key")),
                                folder,
                                "home"))
                .isInstanceOf(IOException.class);
    }
}
