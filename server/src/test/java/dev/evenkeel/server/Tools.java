// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// `openssl` and `curl` of this machine, in one folder.
final class Tools {
    record Said(int code, String text) {}

    private final Path folder;

    Tools(Path folder) {
        this.folder = folder;
    }

    /// Runs a line of the shell; `$url` and the like are the caller's to put in.
    Said tries(String line) throws IOException {
        Process shell =
                new ProcessBuilder(List.of("sh", "-c", line))
                        .directory(folder.toFile())
                        .redirectErrorStream(true)
                        .start();
        shell.getOutputStream().close();
        String text = new String(shell.getInputStream().readAllBytes(), UTF_8);
        try {
            return new Said(shell.waitFor(), text);
        } catch (InterruptedException interrupted) {
            throw new IOException(interrupted);
        }
    }

    String runs(String line) throws IOException {
        Said said = tries(line);
        if (said.code() != 0) throw new AssertionError(line + "\n" + said.text());
        return said.text();
    }
}
