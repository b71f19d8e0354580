// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.checks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/// Commands of a user, run by bash with the launcher of this checkout.
///
/// @param folder in which they run
/// @param data folder of the user's server
/// @param log takes what they print
record Script(String commands, Path folder, Path data, Path log) {
    /// The exit code.
    int run(long limitMinutes) throws IOException, InterruptedException {
        Files.createDirectories(log.toAbsolutePath().getParent());
        // this build has just packaged the command: the launcher need not build again
        Files.writeString(Path.of("..").resolve("cli/target/evenkeel/built"), "");
        var builder =
                new ProcessBuilder("bash", "-c", commands)
                        .directory(folder.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().put("EVENKEEL_DATA", data.toString());
        Process shell = builder.start();
        if (!shell.waitFor(limitMinutes, TimeUnit.MINUTES)) {
            shell.destroy();
            shell.waitFor(1, TimeUnit.MINUTES);
            throw new AssertionError(
                    "not through after "
                            + limitMinutes
                            + " minutes; it printed:\n"
                            + Files.readString(log));
        }
        return shell.exitValue();
    }
}
