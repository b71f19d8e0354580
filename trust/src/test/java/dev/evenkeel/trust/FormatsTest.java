// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.trust;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.core.DeviceType;
import dev.evenkeel.core.FleetId;
import dev.evenkeel.core.HardwareUrn;
import dev.evenkeel.core.json.JsonObject;
import dev.evenkeel.core.json.StrictJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// Golden files of what people and devices sign beside the metadata: what a released version wrote
/// must be read, and written again to the byte. UPDATE_EXPECTED=1 makes the files of a format that
/// was never released.
class FormatsTest {
    private static final Path GOLDEN = Path.of("src/test/resources/golden");
    private static final Instant NOW = RepositorySimulator.NOW;
    private static final FleetId FLEET = new FleetId("harbour");
    private static final String NONCE = "000102030405060708090a0b0c0d0e0f";

    /// From the golden `1.root.json` to a courier, and to two signers of three for `prod`.
    private static SigningRequest request() {
        var simulator = new RepositorySimulator();
        var delegated = new TreeMap<String, JsonObject>();
        for (String role : List.of("channel-dev", "channel-prod")) {
            delegated.put(role, file(simulator, "1." + role + ".json"));
        }
        var files =
                new TrustFiles(
                        file(simulator, "1.root.json"),
                        file(simulator, "1.targets.json"),
                        delegated,
                        new TreeMap<>());
        return KeyChanges.to(files)
                .replace(Roles.COURIER, 1, List.of(named("courier")))
                .replace("channel-prod", 2, List.of(named("alice"), named("bob"), named("carol")))
                .request(NOW);
    }

    private static NamedKey named(String holder) {
        return new NamedKey(TestKeys.named(holder).publicKey(), holder);
    }

    private static JsonObject file(RepositorySimulator simulator, String name) {
        return StrictJson.parseObject(simulator.served(name), 1 << 20);
    }

    private static RootTrust firstRoot() throws IOException {
        return RootTrust.held(Files.readAllBytes(GOLDEN.resolve("1.root.json")));
    }

    @Test
    void a_signing_request_is_read_and_written_again_to_the_byte() throws IOException {
        byte[] golden =
                golden(
                        "signing-request-v1.json",
                        request().signedBy(TestKeys.named("alice")).toBytes());
        SigningRequest read = SigningRequest.read(golden);
        assertThat(read.toBytes()).asString().isEqualTo(new String(golden, UTF_8));
        assertThat(read.words()).contains("  courier: bundles are valid for 90 days at most");
        assertThat(read.needs()).filteredOn(need -> need.signed() == 1).hasSize(1);
    }

    @Test
    void a_root_with_a_courier_follows_the_golden_root_and_is_written_again_to_the_byte()
            throws IOException {
        RequestPart signed =
                request().signedBy(TestKeys.named(Roles.ROOT)).part(Roles.ROOT).orElseThrow();
        byte[] golden = golden("root-with-courier-v1.json", signed.toFile());
        Root root = firstRoot().next(golden).root();
        Courier courier = Objects.requireNonNull(root.courier());
        assertThat(courier.keys().keys().values())
                .containsExactly(TestKeys.named("courier").publicKey());
        assertThat(courier.validDays()).isEqualTo(90);
        JsonObject file = StrictJson.parseObject(golden, 1 << 20);
        assertThat(SignedFile.write(root.toJson(), SignedFile.signatures(file)))
                .asString()
                .isEqualTo(new String(golden, UTF_8));
    }

    @Test
    void a_signed_time_is_believed_and_written_again_to_the_byte() throws IOException {
        byte[] written = SignedTime.answer(FLEET, NONCE, NOW, TestKeys.named(Roles.TIMESTAMP));
        byte[] golden = golden("signed-time-v1.json", written);
        assertThat(written).asString().isEqualTo(new String(golden, UTF_8));
        var device = MemoryStore.provisionedWith(Files.readAllBytes(GOLDEN.resolve("1.root.json")));
        assertThat(SignedTime.ask(device, (_, _) -> Optional.of(golden), NONCE))
                .hasValueSatisfying(told -> assertThat(told.time()).isEqualTo(NOW));
    }

    @Test
    void a_certificate_request_is_written_to_the_byte() throws IOException {
        byte[] written =
                CertificateRequest.write(
                        TestKeys.named("device"),
                        new HardwareUrn(FLEET, new DeviceType("qemu-x86"), 2));
        assertThat(written)
                .asHexString()
                .isEqualTo(hex(golden("certificate-request-v1.der", written)));
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().withUpperCase().formatHex(bytes);
    }

    private static byte[] golden(String name, byte[] current) throws IOException {
        Path file = GOLDEN.resolve(name);
        if ("1".equals(System.getenv("UPDATE_EXPECTED"))) Files.write(file, current);
        return Files.readAllBytes(file);
    }
}
