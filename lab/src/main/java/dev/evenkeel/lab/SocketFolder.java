// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.lab;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/// A private folder for a machine's sockets: whoever can open them owns the device. It lies under
/// the temporary folder, because the path of a Unix socket has at most 107 bytes.
///
/// @param path mode 0700
record SocketFolder(Path path) implements AutoCloseable {
    static SocketFolder create() throws IOException {
        return new SocketFolder(Files.createTempDirectory("evenkeel-lab-"));
    }

    Path socket(String name) {
        return path.resolve(name);
    }

    @Override
    public void close() throws IOException {
        try (DirectoryStream<Path> sockets = Files.newDirectoryStream(path)) {
            for (Path socket : sockets) {
                Files.deleteIfExists(socket);
            }
        }
        Files.deleteIfExists(path);
    }
}
