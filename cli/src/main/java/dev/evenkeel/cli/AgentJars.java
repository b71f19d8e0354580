// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// The jars that make the agent, as they lie in this distribution's own folder. They become locked
/// inputs of a build.
final class AgentJars {
    /// Artifact names, without versions; the folder holds each once.
    private static final List<String> NAMES =
            List.of(
                    "evenkeel-agent",
                    "evenkeel-boot",
                    "evenkeel-content",
                    "evenkeel-core",
                    "evenkeel-linux",
                    "evenkeel-trust",
                    "jackson-core-3",
                    "xz",
                    "zstd-jni");

    private AgentJars() {}

    static List<Path> find() {
        String home = System.getProperty("evenkeel.home");
        if (home == null) {
            throw new CommandFault(
                    3,
                    "do not know where Evenkeel's own jars are; start it through the launcher ./evenkeel");
        }
        Path lib = Path.of(home, "lib");
        var jars = new ArrayList<Path>();
        for (String name : NAMES) {
            jars.add(only(lib, name));
        }
        return jars;
    }

    private static Path only(Path lib, String name) {
        try (Stream<Path> files = Files.list(lib)) {
            // evenkeel-agent-0.1.0.jar, and not evenkeel-agent-extras-0.1.0.jar;
            // jackson-core-3.2.4.jar, and not the 2.x that
            // the web framework brings
            List<Path> found =
                    files.filter(f ->
                                    f.getFileName()
                                            .toString()
                                            .matches(
                                                    java.util.regex.Pattern.quote(name)
                                                            + "[-.][0-9].*\\.jar"))
                            .toList();
            if (found.size() != 1) {
                throw new CommandFault(
                        3,
                        "expected one "
                                + name
                                + " jar in "
                                + lib
                                + ", found "
                                + found.size()
                                + "; delete cli/target and start again");
            }
            return found.getFirst();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
