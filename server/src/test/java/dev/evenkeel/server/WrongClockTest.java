// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.core.json.StrictJson;
import dev.evenkeel.trust.MetadataSource;
import dev.evenkeel.trust.TrustedTargets;
import dev.evenkeel.trust.TufClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/// A server whose clock was wrong for a while. What it signed then must not outlast the mistake.
class WrongClockTest {
    private static final String TARGET = "channels/dev/qemu-x86/1.1.json";

    @TempDir Path folder;

    @TestFactory
    List<DynamicTest> what_was_published_by_a_wrong_clock_can_be_installed_once_it_is_right() {
        return List.of(
                DynamicTest.dynamicTest("years back", () -> check("back", -2_600)),
                DynamicTest.dynamicTest("years ahead", () -> check("ahead", 2_600)));
    }

    private void check(String name, int days) throws IOException {
        Path data = folder.resolve(name);
        TestRelease release = TestRelease.build(folder.resolve("r-" + name), "1.1", "5.2");
        InstantSource wrong = () -> Instant.now().plus(Duration.ofDays(days));
        try (RunningServer right = with(data, InstantSource.system())) {
            assertThat(right.show(right.device()).flag("online")).isFalse();
        }
        try (RunningServer off = with(data, wrong)) {
            off.publish(release);
        }
        try (RunningServer right = with(data, InstantSource.system())) {
            assertThat(right.operator.get("/health").statusCode()).isEqualTo(200);
        }
        Path metadata = data.resolve("repository/metadata");
        var device =
                new TufClient(
                        new RememberedTrust(Files.readAllBytes(metadata.resolve("1.root.json"))),
                        MetadataSource.ofFolder(metadata));
        TrustedTargets targets = device.refresh(Instant.now());
        assertThat(targets.find(TARGET)).isPresent();
        byte[] timestamp = Files.readAllBytes(metadata.resolve("timestamp.json"));
        Instant expires =
                Instant.parse(
                        StrictJson.parseObject(timestamp, timestamp.length)
                                .object("signed")
                                .text("expires"));
        assertThat(expires).as("not years").isBefore(Instant.now().plus(Duration.ofDays(8)));
    }

    private static RunningServer with(Path data, InstantSource clock) throws IOException {
        ServerOptions options = RunningServer.options(data);
        return new RunningServer(options, Server.start(options, clock, ServerLimits.DEFAULT));
    }
}
