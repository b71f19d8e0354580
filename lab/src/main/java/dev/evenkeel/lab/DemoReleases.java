// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.lab;

import dev.evenkeel.core.Version;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/// Builds what the demo rolls out: 1.0 and 1.1 are good (a real package differs), 1.2 fails its
/// required health check, 1.3 never reaches its health checks.
public interface DemoReleases {
    Version FACTORY = new Version("1.0");
    Version GOOD = new Version("1.1");
    Version UNHEALTHY = new Version("1.2");
    Version DEAD = new Version("1.3");
    List<Version> ALL = List.of(FACTORY, GOOD, UNHEALTHY, DEAD);

    /// Builds one release, or finds it built.
    ///
    /// @param progress takes a line for each stage
    /// @return its folder, with `manifest.json` and `disk.img`
    Path build(Version release, Consumer<String> progress) throws IOException;
}
