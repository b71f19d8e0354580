// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.core.json.JsonObject;
import dev.evenkeel.trust.KeyChanges;
import dev.evenkeel.trust.MetadataSource;
import dev.evenkeel.trust.NamedKey;
import dev.evenkeel.trust.PrivateKey;
import dev.evenkeel.trust.SigningRequest;
import dev.evenkeel.trust.TrustFiles;
import dev.evenkeel.trust.TufClient;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The server's side of keys that are elsewhere: it says what it waits for, and takes what people
/// have signed.
class TrustApiTest {
    private static final String TARGET = "channels/prod/qemu-x86/1.1.json";

    @TempDir Path folder;
    private final PrivateKey alice = PrivateKey.generate();
    private final PrivateKey bob = PrivateKey.generate();
    private final PrivateKey carol = PrivateKey.generate();

    private List<NamedKey> people() {
        return List.of(
                new NamedKey(alice.publicKey(), "alice"),
                new NamedKey(bob.publicKey(), "bob"),
                new NamedKey(carol.publicKey(), "carol"));
    }

    private static KeyChanges changes(RunningServer home) throws IOException {
        return KeyChanges.to(TrustFiles.read(home.operator.get("/api/v1/trust/files").body()));
    }

    private static HttpResponse<byte[]> publish(RunningServer home, SigningRequest request)
            throws IOException {
        return home.operator.send("POST", "/api/v1/trust/signed", request.toBytes(), Map.of());
    }

    private void goToProduction(RunningServer home) throws IOException {
        SigningRequest request =
                changes(home)
                        .replace("root", 2, people())
                        .replace("targets", 2, people())
                        .replace("channel-prod", 2, people())
                        .request(Instant.now());
        var answer = publish(home, request.signedBy(alice).signedBy(bob));
        assertThat(answer.statusCode()).as(Client.text(answer)).isEqualTo(200);
    }

    private static JsonObject trust(RunningServer home) throws IOException {
        return Client.json(home.operator.get("/api/v1/trust"));
    }

    @Test
    void promotion_to_prod_needs_the_signature_of_the_prod_role() throws IOException {
        Path data = folder.resolve("data");
        try (var home = new RunningServer(data)) {
            byte[] firstRoot = Files.readAllBytes(data.resolve("repository/metadata/1.root.json"));
            assertThat(Client.text(home.nobody.get("/login"))).contains("DEV");
            goToProduction(home);
            assertThat(home.server.isDevelopment()).isFalse();
            assertThat(Client.text(home.nobody.get("/login"))).doesNotContain("DEV");
            home.publish(TestRelease.build(folder.resolve("release"), "1.1", "5.2"));

            JsonObject promoted =
                    Client.json(
                            home.operator.post(
                                    "/api/v1/releases/1.1/promote",
                                    JsonObject.of("channel", "prod")));
            assertThat(promoted.text("waiting"))
                    .contains("channel prod waits for channel-prod 3 has 0 of 2 signatures")
                    .contains("alice", "bob", "carol");
            assertThat(promoted.array("channels").texts()).containsExactly("dev");
            assertThat(trust(home).object("waiting").integer("channel-prod")).isEqualTo(1);
            assertThat(Client.text(home.operator.get("/api/v1/prometheus")))
                    // a week, less what has passed since it was signed
                    .containsPattern("role=\"timestamp\"} 604[78]\\d\\d")
                    .contains("evenkeel_signatures_waiting{role=\"channel-prod\"} 1");

            SigningRequest request =
                    SigningRequest.read(
                            home.operator.get("/api/v1/trust/requests/channel-prod").body());
            var refused = publish(home, request.signedBy(carol));
            assertThat(refused.statusCode()).isEqualTo(409);
            assertThat(Client.text(refused)).contains("not enough signatures", "1 of 2");
            var done = publish(home, request.signedBy(carol).signedBy(alice));
            assertThat(done.statusCode()).as(Client.text(done)).isEqualTo(200);
            assertThat(
                            Client.json(home.operator.get("/api/v1/releases/1.1"))
                                    .array("channels")
                                    .texts())
                    .containsExactly("dev", "prod");
            assertThat(trust(home).object("waiting").members()).isEmpty();

            var device =
                    new TufClient(
                            new RememberedTrust(firstRoot),
                            MetadataSource.ofFolder(data.resolve("repository/metadata")));
            assertThat(device.refresh(Instant.now()).find(TARGET)).isPresent();
        }
    }

    @Test
    void an_upload_straight_into_a_channel_that_waits_is_taken_in_and_offered_later()
            throws IOException {
        try (var home = new RunningServer(folder.resolve("data"))) {
            goToProduction(home);
            TestRelease release = TestRelease.build(folder.resolve("release"), "1.1", "5.2");
            var answer =
                    home.operator.send(
                            "POST",
                            "/api/v1/releases?channel=prod",
                            release.tar(),
                            Map.of("Content-Type", "application/x-tar"));
            assertThat(answer.statusCode()).isEqualTo(202);
            var early = home.operator.post("/api/v1/rollouts", JsonObject.of("release", "1.1"));
            assertThat(early.statusCode()).as(Client.text(early)).isEqualTo(409);
            SigningRequest request =
                    SigningRequest.read(
                            home.operator.get("/api/v1/trust/requests/channel-prod").body());
            publish(home, request.signedBy(bob).signedBy(alice));
            assertThat(home.rollOut("1.1").text("channel")).isEqualTo("prod");
        }
    }

    @Test
    void what_expires_is_told_on_every_page_and_an_online_key_can_be_replaced() throws IOException {
        Path data = folder.resolve("data");
        var later = new InstantSource[] {InstantSource.system()};
        ServerOptions options = RunningServer.options(data);
        try (var home = new RunningServer(options)) {
            goToProduction(home);
            assertThat(trust(home).text("urgency")).isEqualTo("fine");
        }
        later[0] = () -> Instant.now().plus(Duration.ofDays(360));
        try (var home =
                new RunningServer(options, Server.start(options, later[0], ServerLimits.DEFAULT))) {
            JsonObject trust = trust(home);
            assertThat(trust.text("urgency")).isEqualTo("now");
            assertThat(trust.array("warnings").texts().getFirst())
                    .contains("channel-prod expires at", "(4 days left)", "2 of 3 keys");
            JsonObject made =
                    Client.json(
                            home.operator.post(
                                    "/api/v1/trust/online-keys/timestamp", JsonObject.EMPTY));
            assertThat(trust(home).array("unused_keys").texts())
                    .contains("timestamp-" + made.text("key").substring(0, 8) + ".pk8");
        }
    }
}
