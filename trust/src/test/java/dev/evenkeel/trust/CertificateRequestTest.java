// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.trust;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.core.DeviceType;
import dev.evenkeel.core.Digest;
import dev.evenkeel.core.FleetId;
import dev.evenkeel.core.HardwareUrn;
import dev.evenkeel.core.KeyCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Read by the openssl of this machine.
class CertificateRequestTest {
    private static final HardwareUrn HARDWARE =
            new HardwareUrn(new FleetId("home"), new DeviceType("qemu-x86"), 2);

    @TempDir Path folder;

    private String openssl(byte[] request, String... arguments) throws Exception {
        Path file = folder.resolve("request.der");
        Files.write(file, request);
        var command = new java.util.ArrayList<>(java.util.List.of("openssl"));
        command.addAll(java.util.List.of(arguments));
        command.addAll(java.util.List.of("-inform", "DER", "-in", file.toString()));
        Process openssl = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(openssl.getInputStream().readAllBytes(), UTF_8);
        openssl.waitFor();
        return said;
    }

    @Test
    void openssl_verifies_a_request_and_reads_what_it_asks_for() throws Exception {
        PrivateKey key = PrivateKey.generate();
        byte[] request = CertificateRequest.write(key, HARDWARE);
        assertThat(openssl(request, "req", "-noout", "-verify", "-text"))
                .contains("verify OK")
                .contains("Version: 1")
                .contains("URI:urn:evenkeel:home:hardware:qemu-x86:2")
                .contains("CN = " + KeyCode.of(Digest.of(key.publicKey().toSpki())));
        String der = HexFormat.of().formatHex(request);
        assertThat(der).contains(HexFormat.of().formatHex(key.publicKey().toSpki()));
    }

    @Test
    void openssl_refuses_a_request_of_which_one_bit_is_another() throws Exception {
        byte[] request = CertificateRequest.write(PrivateKey.generate(), HARDWARE);
        request[request.length - 70] ^= 1;
        assertThat(openssl(request, "req", "-noout", "-verify")).doesNotContain("verify OK");
    }

    @Test
    void every_length_and_number_is_written_as_openssl_reads_it() throws IOException {
        assertThat(hex(Der.octets(new byte[0x7f]))).startsWith("047f00");
        assertThat(hex(Der.octets(new byte[0x80]))).startsWith("04818000");
        assertThat(hex(Der.octets(new byte[0xff]))).startsWith("0481ff00");
        assertThat(hex(Der.octets(new byte[0x100]))).startsWith("0482010000");
        assertThat(hex(Der.octets(new byte[0x10000]))).startsWith("048301000000");
        assertThat(hex(Der.oid("1.2.840.113549.1.9.14"))).isEqualTo("06092a864886f70d01090e");
        assertThat(hex(Der.oid("2.5.29.17"))).isEqualTo("0603551d11");
        assertThat(hex(Der.integer(128))).isEqualTo("02020080");
        assertThat(new String(Der.time(Instant.parse("2026-11-20T01:02:03Z")), UTF_8))
                .endsWith("261120010203Z");
        assertThat(new String(Der.time(Instant.parse("2050-01-01T00:00:00Z")), UTF_8))
                .endsWith("20500101000000Z");
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }
}
