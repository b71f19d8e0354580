// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.checks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Runs the first guide's commands as they stand there: real packages, a real bootloader, a power
/// cut, the real server.
class GuideTest {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Pattern COMMANDS = Pattern.compile("(?ms)^```sh\\n(.*?)^```$");
    private static final long LIMIT_MINUTES = 25;

    @Test
    @Tag("real")
    void the_guide_from_zero_to_a_fleet_of_one_works_as_it_is_written(@TempDir Path folder)
            throws Exception {
        // a path with a space, as users have them
        Path checkout = Files.createDirectories(folder.resolve("my checkout"));
        Files.createSymbolicLink(checkout.resolve("evenkeel"), ROOT.resolve("evenkeel"));
        Files.createSymbolicLink(checkout.resolve("examples"), ROOT.resolve("examples"));
        Path log = ROOT.resolve("checks/target/guide.log");

        int exitCode =
                new Script(commands(), checkout, folder.resolve("data"), log).run(LIMIT_MINUTES);

        assertThat(exitCode)
                .as("the guide's commands; what they printed:%n%s", Files.readString(log))
                .isZero();
        // the agent was trained for its class archive, by a real update
        assertThat(Files.readString(checkout.resolve("my-device/packages.lock")))
                .contains("\"aot_cache\"");
        // the update with its power cut, and the broken release
        assertThat(Files.readString(log)).contains("1 succeeded").contains("1 rolled back");
    }

    private static String commands() throws IOException {
        var script =
                new StringBuilder(
                        """
                        set -euo pipefail
                        # whatever fails, no device and no server stay behind
                        trap './evenkeel lab stop kitchen >/dev/null 2>&1 || true; kill $(jobs -p) 2>/dev/null || true; wait' EXIT
                        set -v
                        """);
        Matcher blocks =
                COMMANDS.matcher(Files.readString(ROOT.resolve("docs/guides/first-device.md")));
        while (blocks.find()) {
            script.append(blocks.group(1));
        }
        return script.toString();
    }
}
