// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.lab.soak;

import dev.evenkeel.content.ContentFolder;
import dev.evenkeel.testkit.BuiltRelease;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// The releases of the soak, oldest first: the one from the factory, and what was published since.
final class SoakReleases {
    private final Path builds;
    private final List<SoakRelease> releases = new ArrayList<>();
    private final List<BuiltRelease> built = new ArrayList<>();

    SoakReleases(Path builds) throws IOException {
        this.builds = builds;
        keep(SoakRelease.build(builds.resolve("1.0"), "1.0"), Conduct.HEALTHY, Duration.ZERO);
    }

    private SoakRelease keep(BuiltRelease release, Conduct conduct, Duration now) {
        var kept = new SoakRelease(release, conduct, now);
        releases.add(kept);
        built.add(release);
        return kept;
    }

    SoakRelease build(Conduct conduct, Duration now) throws IOException {
        String version = "1." + releases.size();
        return keep(SoakRelease.build(builds.resolve(version), version), conduct, now);
    }

    /// Publishes a release and learns where its chunks lie.
    void publish(SoakRelease release, SoakServer server) throws IOException {
        server.publish(release);
        SoakRelease _ = release.locatedIn(ContentFolder.open(server.data().resolve("repository")));
    }

    SoakRelease factory() {
        return releases.getFirst();
    }

    List<SoakRelease> all() {
        return List.copyOf(releases);
    }

    /// All of them as built; grows.
    List<BuiltRelease> built() {
        return built;
    }

    SoakRelease named(String version) {
        return releases.stream()
                .filter(one -> one.version().equals(version))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no release " + version));
    }

    SoakRelease named(BuiltRelease release) {
        return releases.stream()
                .filter(one -> one.built.folder().equals(release.folder()))
                .findFirst()
                .orElseThrow();
    }
}
