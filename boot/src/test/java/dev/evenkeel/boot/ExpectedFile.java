// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.boot;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// A file in the test resources that says what is expected; UPDATE_EXPECTED=1 rewrites it.
final class ExpectedFile {
    private ExpectedFile() {}

    static void holds(String name, String found) throws IOException {
        Path file = Path.of("src/test/resources").resolve(name);
        if (update()) Files.writeString(file, found);
        assertThat(found).as(name).isEqualTo(Files.readString(file));
    }

    /// A golden file is written once, when its format is born, and never again.
    static byte[] golden(String name, byte[] firstVersion) throws IOException {
        Path file = Path.of("src/test/resources/golden").resolve(name);
        if (update() && !Files.exists(file)) Files.write(file, firstVersion);
        return Files.readAllBytes(file);
    }

    private static boolean update() {
        return "1".equals(System.getenv("UPDATE_EXPECTED"));
    }
}
