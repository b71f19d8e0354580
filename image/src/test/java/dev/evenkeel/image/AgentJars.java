// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.image;

import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import tools.jackson.core.JsonParser;

/// Jars that stand in for the agent's: real ones that this test runs with, so that the runtime is
/// linked for real modules and the native library is found.
final class AgentJars {
    private AgentJars() {}

    static List<Path> ofThisTest() {
        return List.of(jarOf(JsonParser.class), jarOf(com.github.luben.zstd.Zstd.class));
    }

    /// Everything on the class path of this test.
    static List<Path> classPath() {
        return List.of(System.getProperty("java.class.path").split(":", -1)).stream()
                .filter(entry -> !entry.isEmpty())
                .map(Path::of)
                .filter(Files::exists)
                .toList();
    }

    private static Path jarOf(Class<?> type) {
        try {
            return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException wrong) {
            throw new IllegalStateException(type + " comes from no file", wrong);
        }
    }
}
