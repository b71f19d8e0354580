// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.core.FleetId;
import dev.evenkeel.server.Server;
import dev.evenkeel.server.ServerOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Keys that a PKCS#11 token holds, with SoftHSM as the token. Commands run as processes: the
/// module reads its configuration from the environment.
class TokenKeysTest {
    private static final List<String> MODULES =
            List.of("/usr/lib/softhsm/libsofthsm2.so", "/usr/lib64/softhsm/libsofthsm2.so");

    @TempDir Path folder;
    private Path pin;
    private String module;

    private record Ran(int exitCode, String text) {}

    @BeforeEach
    void a_token() throws IOException {
        module =
                MODULES.stream()
                        .filter(path -> Files.exists(Path.of(path)))
                        .findFirst()
                        .orElseThrow(() ->
                                new AssertionError(
                                        "SoftHSM is missing; run ./evenkeel test, or apt-get install"
                                                + " softhsm2"));
        Path tokens = Files.createDirectories(folder.resolve("tokens"));
        Files.writeString(
                folder.resolve("softhsm2.conf"),
                "directories.tokendir = " + tokens + "\nobjectstore.backend = file\n");
        pin = Files.writeString(folder.resolve("pin"), "4321\n");
        Ran made =
                run(
                        "softhsm2-util",
                        "--init-token",
                        "--free",
                        "--label",
                        "evenkeel",
                        "--pin",
                        "4321",
                        "--so-pin",
                        "87654321");
        assertThat(made.exitCode()).as(made.text()).isZero();
    }

    private Ran run(String... command) throws IOException {
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("SOFTHSM2_CONF", folder.resolve("softhsm2.conf").toString());
        Process process = builder.start();
        String text = new String(process.getInputStream().readAllBytes(), UTF_8);
        try {
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException interrupted) {
            throw new IOException(interrupted);
        }
        return new Ran(process.exitValue(), text);
    }

    private Ran evenkeel(String... words) throws IOException {
        var command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-XX:+UseSerialGC",
                                "-XX:TieredStopAtLevel=1",
                                "-cp",
                                System.getProperty("java.class.path"),
                                "dev.evenkeel.cli.Main"));
        command.addAll(List.of(words));
        return run(command.toArray(String[]::new));
    }

    private String address(String label) {
        return "pkcs11:slot-index=0;object=" + label + "?module-path=" + module;
    }

    private Path create(String label, String type) throws IOException {
        Ran made =
                evenkeel(
                        "keys",
                        "create",
                        label,
                        "--type",
                        type,
                        "--token",
                        address(label),
                        "--passphrase-file",
                        pin.toString(),
                        "--out",
                        folder.toString());
        assertThat(made.exitCode()).as(made.text()).isZero();
        assertThat(made.text()).contains("secret  in the token");
        return folder.resolve(label + ".pub");
    }

    @Test
    void a_root_of_two_token_keys_is_signed_in_the_token_and_published() throws IOException {
        Path ecdsa = create("root-a", "ecdsa");
        Path rsa = create("root-b", "rsa");
        assertThat(folder.resolve("root-a.key")).doesNotExist();
        Path data = folder.resolve("data");
        String request = folder.resolve("root.sign").toString();
        try (Server server =
                Server.start(
                        ServerOptions.in(data)
                                .withFleet(new FleetId("default"))
                                .withListen("127.0.0.1", 0))) {
            here(
                    "keys",
                    "rotate",
                    "--role",
                    "root",
                    "--threshold",
                    "2",
                    ecdsa.toString(),
                    rsa.toString(),
                    "--out",
                    request,
                    "--data",
                    data.toString());
            for (String label : List.of("root-a", "root-b")) {
                Ran signed =
                        evenkeel(
                                "root",
                                "sign",
                                request,
                                "--key",
                                address(label),
                                "--passphrase-file",
                                pin.toString());
                assertThat(signed.exitCode()).as(signed.text()).isZero();
            }
            here("root", "publish", request, "--data", data.toString());
            assertThat(server.address()).isNotNull();
        }
        assertThat(data.resolve("repository/metadata/2.root.json")).exists();
    }

    private static void here(String... words) {
        assertThat(Main.commandLine().execute(words)).isZero();
    }

    @Test
    void a_wrong_pin_and_an_absent_key_are_told() throws IOException {
        Path wrong = Files.writeString(folder.resolve("wrong"), "9999\n");
        Ran refused =
                evenkeel(
                        "keys",
                        "create",
                        "x",
                        "--type",
                        "ecdsa",
                        "--token",
                        address("x"),
                        "--passphrase-file",
                        wrong.toString(),
                        "--out",
                        folder.toString());
        assertThat(refused.exitCode()).isEqualTo(1);
        assertThat(refused.text()).contains("PIN");
        Ran ed25519 =
                evenkeel(
                        "keys",
                        "create",
                        "x",
                        "--token",
                        address("x"),
                        "--passphrase-file",
                        pin.toString(),
                        "--out",
                        folder.toString());
        assertThat(ed25519.exitCode()).isEqualTo(1);
        assertThat(ed25519.text()).contains("tokens are used for keys of type ecdsa or rsa");
    }
}
