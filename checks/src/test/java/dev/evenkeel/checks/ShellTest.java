// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.checks;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// Shell that ships has no compiler: shellcheck reads it instead.
class ShellTest {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Path DEVICE =
            ROOT.resolve("image/src/main/resources/dev/evenkeel/image/device");
    private static final Path SHELLCHECK = Path.of("/usr/bin/shellcheck");

    @TestFactory
    List<DynamicTest> shellcheck_has_nothing_to_warn_of() throws IOException {
        var scripts = new ArrayList<>(List.of(ROOT.resolve("evenkeel"), ROOT.resolve(".ci/run")));
        try (Stream<Path> files = Files.walk(DEVICE)) {
            files.filter(file -> Files.isRegularFile(file) && firstLine(file).endsWith("sh"))
                    .forEach(scripts::add);
        }
        scripts.add(ROOT.resolve("lab/src/main/resources/dev/evenkeel/lab/uml/init"));
        assertThat(scripts).as("launcher, CI, initramfs and device").hasSizeGreaterThan(8);
        return scripts.stream()
                .map(script ->
                        DynamicTest.dynamicTest(
                                ROOT.relativize(script).toString(), () -> check(script)))
                .toList();
    }

    private static void check(Path script) throws Exception {
        assertThat(SHELLCHECK).as("install it with: apt-get install shellcheck").isExecutable();
        // shellcheck of Debian 12 knows no busybox; its shell is dash's nearest relative
        String shell = firstLine(script).endsWith("bash") ? "bash" : "dash";
        Process process =
                new ProcessBuilder(
                                SHELLCHECK.toString(),
                                "--shell=" + shell,
                                "--severity=warning",
                                script.toString())
                        .redirectErrorStream(true)
                        .start();
        String said = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
    }

    private static String firstLine(Path file) {
        try (var in = Files.newInputStream(file)) {
            String start = new String(in.readNBytes(80), ISO_8859_1);
            return start.startsWith("#!") ? start.split("\n", 2)[0] : "";
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
