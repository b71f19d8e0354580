// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.Security;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The user's own certificate authority for devices, its key in a PKCS#11 token (SoftHSM). The
/// server runs in a process of its own: the module reads its configuration from the environment.
class TokenAuthorityTest {
    private static final String PIN = "4321";
    private static final List<String> MODULES =
            List.of("/usr/lib/softhsm/libsofthsm2.so", "/usr/lib64/softhsm/libsofthsm2.so");

    @TempDir Path folder;

    private record Ran(int exitCode, String text) {}

    private Ran run(String pin, String... command) throws IOException {
        var builder =
                new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
        builder.environment().put("SOFTHSM2_CONF", folder.resolve("softhsm2.conf").toString());
        builder.environment().put("EVENKEEL_DEVICE_CA_PIN", pin);
        Process process = builder.start();
        String text = new String(process.getInputStream().readAllBytes(), UTF_8);
        try {
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException interrupted) {
            throw new IOException(interrupted);
        }
        return new Ran(process.exitValue(), text);
    }

    private Ran java(String pin, String what) throws IOException {
        return run(
                pin,
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                InProcess.class.getName(),
                folder.toString(),
                what);
    }

    @BeforeEach
    void an_authority_whose_key_is_in_a_token() throws IOException {
        String module =
                MODULES.stream()
                        .filter(path -> Files.exists(Path.of(path)))
                        .findFirst()
                        .orElseThrow(() ->
                                new AssertionError("SoftHSM is missing; run ./evenkeel test"));
        Path tokens = Files.createDirectories(folder.resolve("tokens"));
        Files.writeString(
                folder.resolve("softhsm2.conf"),
                "directories.tokendir = " + tokens + "\nobjectstore.backend = file\n");
        Files.writeString(
                folder.resolve("pkcs11.cfg"),
                "name = devices\nlibrary = " + module + "\nslotListIndex = 0\n");
        Ran made =
                run(
                        PIN,
                        "softhsm2-util",
                        "--init-token",
                        "--free",
                        "--label",
                        "devices",
                        "--pin",
                        PIN,
                        "--so-pin",
                        "87654321");
        assertThat(made.exitCode()).as(made.text()).isZero();
        var tools = new Tools(folder);
        tools.runs(
                "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 99"
                        + " -subj /CN=devices -keyout ca.key -out ca.pem"
                        + " -addext basicConstraints=critical,CA:TRUE"
                        + " -addext keyUsage=critical,keyCertSign");
        assertThat(java(PIN, "import").exitCode()).isZero();
        Files.delete(folder.resolve("ca.key"));
    }

    @Test
    void devices_are_certified_by_a_key_that_never_leaves_its_token() throws IOException {
        Ran enrolled = java(PIN, "serve");
        assertThat(enrolled.exitCode()).as(enrolled.text()).isZero();
        assertThat(new Tools(folder).runs("openssl verify -CAfile ca.pem device.pem"))
                .contains("device.pem: OK");
    }

    @Test
    void a_token_that_does_not_open_is_told_with_what_to_check() throws IOException {
        Ran refused = java("9999", "serve");
        assertThat(refused.exitCode()).isNotZero();
        assertThat(refused.text()).contains("CKR_PIN_INCORRECT", "EVENKEEL_DEVICE_CA_PIN");
    }

    /// What runs with the token's environment.
    static final class InProcess {
        public static void main(String[] arguments) throws Exception {
            Path folder = Path.of(arguments[0]);
            if (arguments[1].equals("import")) importKey(folder);
            else enrol(folder);
            System.exit(0);
        }

        private static void importKey(Path folder) throws IOException, GeneralSecurityException {
            X509Certificate authority = Pem.certificates(folder.resolve("ca.pem")).getFirst();
            var token =
                    Security.getProvider("SunPKCS11")
                            .configure(folder.resolve("pkcs11.cfg").toString());
            KeyStore store = KeyStore.getInstance("PKCS11", token);
            store.load(null, PIN.toCharArray());
            store.setKeyEntry(
                    "devices",
                    Pem.key(folder.resolve("ca.key"), authority),
                    null,
                    new Certificate[] {authority});
        }

        private static void enrol(Path folder) throws IOException {
            var authority =
                    new JoiningOptions.Authority.InToken(
                            folder.resolve("ca.pem"), folder.resolve("pkcs11.cfg"));
            var options = RunningServer.options(folder.resolve("data"));
            try (var home =
                    new RunningServer(
                            options.withJoining(JoiningOptions.DEFAULT.withAuthority(authority)))) {
                FakeAgent device = home.device();
                device.checksIn();
                Files.write(
                        folder.resolve("device.pem"),
                        Pem.write(device.certificate.chain().getFirst()));
            }
        }
    }
}
