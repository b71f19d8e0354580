// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.trust;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/// A folder into which whole files are put: temporary file, flush, rename, flush of the folder.
/// What was put before is durable before the next begins.
record DurableFolder(Path folder, FileSteps steps) {
    void put(String relative, byte[] bytes) throws IOException {
        Path file = folder.resolve(relative);
        Path parent = file.resolveSibling(".").normalize();
        createFolders(parent);
        // a fixed name: what an interrupted process left is replaced, never collected
        Path temporary = parent.resolve("." + file.getFileName() + ".tmp");
        steps.write(temporary, bytes);
        steps.rename(temporary, file);
        steps.flushFolder(parent);
    }

    /// The same for content that never changes under its name; nothing is written when it is there.
    void putOnce(String relative, byte[] bytes) throws IOException {
        Path file = folder.resolve(relative);
        if (Files.exists(file) && Arrays.equals(Files.readAllBytes(file), bytes)) return;
        put(relative, bytes);
    }

    void createFolders(Path path) throws IOException {
        if (Files.isDirectory(path)) return;
        Path parent = path.toAbsolutePath().getParent();
        if (parent != null) createFolders(parent);
        steps.createFolder(path);
        if (parent != null) steps.flushFolder(parent);
    }
}
