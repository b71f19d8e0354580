// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.core.DeviceId;
import dev.evenkeel.core.DeviceType;
import dev.evenkeel.core.DeviceUrn;
import dev.evenkeel.core.FleetId;
import dev.evenkeel.core.HardwareUrn;
import dev.evenkeel.core.MalformedInput;
import dev.evenkeel.trust.DeviceCertificate;
import dev.evenkeel.trust.PublicKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The bodies of EST as a released version sent them: a device's request, and the answer with its
/// certificate. UPDATE_EXPECTED=1 makes the answer anew.
class EstFormatsTest {
    private static final Path REQUEST =
            Path.of("../trust/src/test/resources/golden/certificate-request-v1.der");
    private static final Path ANSWER = Path.of("src/test/resources/golden/est-certificates-v1.p7");
    private static final FleetId FLEET = new FleetId("harbour");
    private static final DeviceUrn DEVICE =
            new DeviceUrn(FLEET, new DeviceId("dev-0123456789abcdefghjkmnpqrs"));

    @TempDir Path folder;

    private static Application request() throws IOException {
        return Application.read(Base64.getEncoder().encode(Files.readAllBytes(REQUEST)));
    }

    @Test
    void a_devices_request_is_read() throws IOException {
        assertThat(request().hardware())
                .contains(new HardwareUrn(FLEET, new DeviceType("qemu-x86"), 2));
        assertThat(PublicKey.fromSpki(request().publicKey()).toSpki())
                .isEqualTo(request().publicKey());
    }

    @Test
    void the_answer_with_certificates_is_read_and_written_again_to_the_byte() throws Exception {
        if ("1".equals(System.getenv("UPDATE_EXPECTED"))) {
            Files.createDirectories(ANSWER.getParent());
            Files.write(ANSWER, answer());
        }
        byte[] golden = Files.readAllBytes(ANSWER);
        DeviceCertificate read = DeviceCertificate.readCertsOnly(golden);
        assertThat(read.name()).isEqualTo(DEVICE);
        assertThat(read.isOf(PublicKey.fromSpki(request().publicKey()))).isTrue();
        assertThat(read.chain()).hasSize(2);
        assertThat(DeviceAuthority.isSignedBy(read.chain().get(0), read.chain().get(1))).isTrue();
        assertThat(DeviceAuthority.certsOnly(read.chain())).isEqualTo(golden);
    }

    /// The libraries that read DER let exceptions of their own escape; a request of anybody must
    /// not look like a fault of the server, nor a server's answer like one of the agent.
    @Test
    void every_damaged_byte_in_a_request_or_an_answer_is_refused_in_words() throws IOException {
        byte[] request = Files.readAllBytes(REQUEST);
        byte[] answer = Files.readAllBytes(ANSWER);
        for (int mask : new int[] {0x01, 0x20, 0xff}) {
            for (int at = 0; at < request.length; at++) {
                byte[] damaged = damaged(request, at, mask);
                refusedOrRead(() -> Application.read(Base64.getEncoder().encode(damaged)));
            }
            for (int at = 0; at < answer.length; at++) {
                byte[] damaged = damaged(answer, at, mask);
                refusedOrRead(() -> DeviceCertificate.readCertsOnly(damaged));
            }
        }
    }

    @Test
    void a_certificate_whose_key_has_no_bytes_is_refused_in_words() throws IOException {
        String hex = HexFormat.of().formatHex(Files.readAllBytes(ANSWER));
        // the BIT STRING of the Ed25519 key says that it has 1 byte, the number of unused bits
        byte[] damaged = HexFormat.of().parseHex(hex.replaceFirst("032100", "030100"));
        assertThatThrownBy(() -> DeviceCertificate.readCertsOnly(damaged))
                .isInstanceOf(MalformedInput.class)
                .hasMessageContaining("not a PKCS#7 of certificates");
    }

    private static byte[] damaged(byte[] good, int at, int mask) {
        byte[] damaged = good.clone();
        damaged[at] ^= (byte) mask;
        return damaged;
    }

    private static void refusedOrRead(Runnable read) {
        try {
            read.run();
        } catch (MalformedInput refused) {
            assertThat(refused.getMessage()).isNotBlank();
        }
    }

    private byte[] answer() throws IOException {
        DeviceAuthority authority =
                DeviceAuthority.open(new JoiningOptions.Authority.Own(), folder, FLEET.text());
        var chain = new ArrayList<X509Certificate>();
        chain.add(
                authority.issue(
                        DEVICE,
                        request().publicKey(),
                        Instant.parse("2026-11-28T00:00:00Z"),
                        Duration.ofDays(30)));
        chain.addAll(authority.chain());
        return DeviceAuthority.certsOnly(chain);
    }
}
