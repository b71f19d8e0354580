// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.checks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.core.json.JsonObject;
import dev.evenkeel.core.json.StrictJson;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The power of real devices fails in the middle of real updates: a real kernel, its filesystems,
/// the slot's own system and agent, the real server.
class TortureTest {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final int CUTS = 40;
    private static final long LIMIT_MINUTES = 25;

    @Test
    @Tag("real")
    void no_device_comes_to_harm_when_its_power_fails_in_the_middle_of_an_update(
            @TempDir Path folder) throws Exception {
        Path log = ROOT.resolve("checks/target/torture.log");

        int exitCode =
                new Script(
                                "./evenkeel lab torture --lane uml --cuts " + CUTS + " --json",
                                ROOT,
                                folder,
                                log)
                        .run(LIMIT_MINUTES);

        List<String> said = Files.readAllLines(log);
        assertThat(exitCode).as("the torture; it printed:%n%s", String.join("\n", said)).isZero();
        String last =
                said.reversed().stream().filter(l -> l.startsWith("{")).findFirst().orElseThrow();
        JsonObject report = StrictJson.parseObject(last.getBytes(StandardCharsets.UTF_8), 1 << 20);
        assertThat(report.size("cuts")).isGreaterThanOrEqualTo(CUTS);
        assertThat(report.array("bricks").objects()).isEmpty();
        assertThat(report.size("committed")).isPositive();
        // what the cuts did to the disks, without which all this would show nothing
        assertThat(report.size("flushes")).isGreaterThan(report.size("cuts"));
        assertThat(report.size("lost_writes")).isPositive();
        assertThat(report.size("torn_writes")).isPositive();
        assertThat(report.size("reordered_writes")).isPositive();
    }
}
