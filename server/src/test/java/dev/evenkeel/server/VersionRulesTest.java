// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.core.Channel;
import dev.evenkeel.core.DeviceType;
import dev.evenkeel.core.Downgrade;
import dev.evenkeel.core.Version;
import dev.evenkeel.core.VersionFloor;
import dev.evenkeel.core.json.JsonObject;
import dev.evenkeel.trust.KeyChanges;
import dev.evenkeel.trust.MetadataSource;
import dev.evenkeel.trust.NamedKey;
import dev.evenkeel.trust.PrivateKey;
import dev.evenkeel.trust.TargetFile;
import dev.evenkeel.trust.TrustFiles;
import dev.evenkeel.trust.TufClient;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Floors and leaves as an operator gives them and a device finds them.
class VersionRulesTest {
    private static final Channel DEV = new Channel("dev");
    private static final DeviceType TYPE = new DeviceType("qemu-x86");

    @TempDir Path folder;
    private Path data;

    @BeforeEach
    void nameTheFolder() {
        data = folder.resolve("data");
    }

    private void publish(RunningServer home, String version) throws IOException {
        home.publish(TestRelease.build(folder.resolve(version), version, version));
    }

    private static HttpResponse<byte[]> floor(RunningServer home, String version)
            throws IOException {
        byte[] body =
                JsonObject.of("channel", "dev")
                        .with("device_type", TYPE.text())
                        .with("version", version)
                        .toCanonicalBytes();
        return home.operator.send("PUT", "/api/v1/version-floors", body, Map.of());
    }

    private static HttpResponse<byte[]> leave(
            RunningServer home, String device, String channel, long seconds) throws IOException {
        return home.operator.post(
                "/api/v1/devices/" + device + "/downgrades",
                JsonObject.of("channel", channel)
                        .with("release", "1.0")
                        .with("valid_seconds", seconds)
                        .with("reason", "the barcode reader stays dark with 1.1"));
    }

    /// What a device of this repository finds under a target name.
    private Optional<byte[]> found(String target) throws IOException {
        byte[] root = Files.readAllBytes(data.resolve("repository/metadata/1.root.json"));
        var device =
                new TufClient(
                        new RememberedTrust(root),
                        MetadataSource.ofFolder(data.resolve("repository/metadata")));
        Optional<TargetFile> file = device.refresh(Instant.now()).find(target);
        if (file.isEmpty()) return Optional.empty();
        Path path = data.resolve("repository").resolve(file.get().path());
        return Optional.of(file.get().verify(Files.readAllBytes(path)));
    }

    private static void isRefused(HttpResponse<byte[]> answer, int status, String why) {
        assertThat(answer.statusCode()).as(Client.text(answer)).isEqualTo(status);
        assertThat(Client.text(answer)).contains(why);
    }

    @Test
    void a_floor_is_found_by_devices_and_only_rises() throws IOException {
        try (var home = new RunningServer(data)) {
            publish(home, "1.0");
            isRefused(floor(home, "1.1"), 409, "could install nothing");
            publish(home, "1.1");
            assertThat(floor(home, "1.1").statusCode()).isEqualTo(200);
            isRefused(floor(home, "1.0"), 409, "never lowered");
            VersionFloor told =
                    VersionFloor.read(found(VersionFloor.target(DEV, TYPE)).orElseThrow());
            assertThat(told.version()).isEqualTo(new Version("1.1"));
        }
        try (var again = new RunningServer(data)) {
            JsonObject rules = Client.json(again.operator.get("/api/v1/version-rules"));
            assertThat(rules.array("floors").objects())
                    .containsExactly(
                            JsonObject.of("channel", "dev")
                                    .with("device_type", "qemu-x86")
                                    .with("version", "1.1"));
            assertThat(rules.array("downgrades").objects()).isEmpty();
        }
    }

    @Test
    void a_downgrade_is_for_one_device_expires_and_shows_on_its_timeline() throws IOException {
        try (var home = new RunningServer(data)) {
            FakeAgent device = home.device();
            publish(home, "1.0");
            String id = device.id.text();
            isRefused(leave(home, "dev-0123456789abcdefghjkmnpqrs", "dev", 60), 404, "dev-01");
            isRefused(leave(home, id, "prod", 60), 409, "channel prod offers no release 1.0");
            isRefused(leave(home, id, "dev", 0), 400, "valid_seconds");
            isRefused(leave(home, id, "dev", 31 * 86_400), 400, "valid_seconds");
            HttpResponse<byte[]> given = leave(home, id, "dev", 3_600);
            assertThat(given.statusCode()).as(Client.text(given)).isEqualTo(200);

            Downgrade told = Downgrade.read(found(Downgrade.target(DEV, device.id)).orElseThrow());
            assertThat(told.device()).isEqualTo(device.id);
            assertThat(told.release()).isEqualTo(new Version("1.0"));
            assertThat(Duration.between(Instant.now(), told.expires()))
                    .isLessThan(Duration.ofHours(1));
            assertThat(home.show(device).array("timeline").objects().getFirst())
                    .satisfies(event -> {
                        assertThat(event.text("kind")).isEqualTo("downgrade");
                        assertThat(event.text("text"))
                                .contains("1.0", "channel dev", "the barcode reader stays dark");
                    });
        }
    }

    /// Compromised server: it has no key of prod, so it cannot give the leave by itself.
    @Test
    void a_leave_from_a_channel_whose_keys_are_elsewhere_waits_for_its_people() throws IOException {
        PrivateKey alice = PrivateKey.generate();
        try (var home = new RunningServer(data)) {
            FakeAgent device = home.device();
            publish(home, "1.0");
            home.operator.post("/api/v1/releases/1.0/promote", JsonObject.of("channel", "prod"));
            var files = TrustFiles.read(home.operator.get("/api/v1/trust/files").body());
            byte[] signed =
                    KeyChanges.to(files)
                            .replace(
                                    "channel-prod",
                                    1,
                                    List.of(new NamedKey(alice.publicKey(), "alice")))
                            .request(Instant.now())
                            .signedBy(alice)
                            .toBytes();
            home.operator.send("POST", "/api/v1/trust/signed", signed, Map.of());
            JsonObject given = Client.json(leave(home, device.id.text(), "prod", 3_600));
            assertThat(given.text("waiting")).contains("channel prod waits for", "alice");
            assertThat(found(Downgrade.target(new Channel("prod"), device.id))).isEmpty();
            byte[] request = home.operator.get("/api/v1/trust/requests/channel-prod").body();
            assertThat(new String(request, UTF_8)).contains("downgrades/" + device.id);
        }
    }
}
