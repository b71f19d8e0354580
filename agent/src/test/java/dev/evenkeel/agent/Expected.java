// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.agent;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Expected text in a file; UPDATE_EXPECTED=1 rewrites it, and review shows the difference.
final class Expected {
    private static final Path FOLDER = Path.of("src/test/resources");

    private Expected() {}

    static String text(String name, String current) {
        Path file = FOLDER.resolve(name);
        try {
            if ("1".equals(System.getenv("UPDATE_EXPECTED"))) {
                Files.createDirectories(file.getParent());
                Files.writeString(file, current);
            }
            return Files.readString(file);
        } catch (IOException missing) {
            throw new UncheckedIOException(missing);
        }
    }
}
