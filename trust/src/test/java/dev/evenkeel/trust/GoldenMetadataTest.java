// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.trust;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Metadata files of this version, kept: a later version must read them, and a change of what we
/// write must be seen. `UPDATE_EXPECTED=1` rewrites them.
class GoldenMetadataTest {
    private static final Path FOLDER = Path.of("src/test/resources/golden");
    private static final List<String> FILES =
            List.of(
                    "1.root.json",
                    "timestamp.json",
                    "1.snapshot.json",
                    "1.targets.json",
                    "1.channel-prod.json",
                    "1.channel-dev.json");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1.root.json",
                "timestamp.json",
                "1.snapshot.json",
                "1.targets.json",
                "1.channel-prod.json",
                "1.channel-dev.json"
            })
    void writes_the_golden_bytes(String file) throws IOException {
        byte[] written = new RepositorySimulator().served(file);
        if ("1".equals(System.getenv("UPDATE_EXPECTED"))) {
            Files.write(FOLDER.resolve(file), written);
        }
        assertThat(new String(written, UTF_8)).isEqualTo(new String(golden(file), UTF_8));
    }

    @Test
    void trusts_the_golden_files() throws IOException {
        MetadataSource golden =
                (name, max) -> FILES.contains(name) ? Optional.of(golden(name)) : Optional.empty();
        var device = MemoryStore.provisionedWith(golden("1.root.json"));
        TrustedTargets targets = new TufClient(device, golden).refresh(RepositorySimulator.NOW);
        assertThat(targets.find(RepositorySimulator.TARGET))
                .contains(
                        TargetFile.of(
                                RepositorySimulator.TARGET, "manifest of 1.1".getBytes(UTF_8)));
    }

    private static byte[] golden(String file) throws IOException {
        return Files.readAllBytes(FOLDER.resolve(file));
    }
}
