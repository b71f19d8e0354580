// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.boot;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A program of the system that a test needs; a machine without it fails the test, and says how to
/// get it.
record Tool(String name, String debianPackage) {
    /// How it ended, and what it printed to standard output and error.
    record Result(int status, String output) {}

    Result run(String input, String... arguments) throws IOException, InterruptedException {
        var command = new ArrayList<String>();
        command.add(path().toString());
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try (var in = process.getOutputStream()) {
            in.write(input.getBytes(UTF_8));
        }
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        return new Result(process.waitFor(), output);
    }

    String succeed(String input, String... arguments) throws IOException, InterruptedException {
        Result result = run(input, arguments);
        if (result.status() != 0) throw new AssertionError(name + ": " + result);
        return result.output();
    }

    private Path path() {
        for (String folder : List.of("/usr/bin", "/usr/sbin", "/bin", "/sbin")) {
            Path path = Path.of(folder, name);
            if (Files.isExecutable(path)) return path;
        }
        throw new AssertionError(
                name + " is missing; install it with: apt-get install " + debianPackage);
    }
}
