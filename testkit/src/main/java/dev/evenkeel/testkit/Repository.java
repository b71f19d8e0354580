// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.testkit;

import dev.evenkeel.content.ContentFolder;
import dev.evenkeel.core.Channel;
import dev.evenkeel.trust.MetadataPublisher;
import dev.evenkeel.trust.SigningKeys;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// A real repository folder: real chunks, real metadata.
public final class Repository {
    public static final Channel CHANNEL = new Channel("dev");
    public static final Instant NOW = Instant.parse("2026-11-20T12:00:00Z");

    public final Path folder;
    public final ContentFolder content;
    public final MetadataPublisher publisher;
    public final SigningKeys keys;
    public final List<BuiltRelease> releases = new ArrayList<>();
    private final Path builds;
    private final Instant now;

    public Repository(Path top) throws IOException {
        this(top, NOW);
    }

    /// @param now when everything in it is signed: the time of the clock that its devices have
    public Repository(Path top, Instant now) throws IOException {
        this.now = now;
        this.folder = top.resolve("repository");
        this.builds = top.resolve("builds");
        Files.createDirectories(builds);
        this.keys = SigningKeys.createDevelopment(top.resolve("keys"), List.of(CHANNEL));
        this.publisher = new MetadataPublisher(folder, keys);
        publisher.initialise(BuiltRelease.FLEET, List.of(CHANNEL), now);
        this.content = ContentFolder.open(folder);
    }

    public BuiltRelease publish(String version) throws IOException {
        return publish(BuiltRelease.build(builds.resolve(version), version));
    }

    public BuiltRelease publish(String version, BuiltRelease.Terms terms) throws IOException {
        return publish(
                BuiltRelease.build(
                        builds.resolve(version),
                        version,
                        terms,
                        BuiltRelease.image(version, BuiltRelease.SLOT_BYTES),
                        BuiltRelease.image(version, BuiltRelease.BOOT_BYTES)));
    }

    public BuiltRelease publish(BuiltRelease release) throws IOException {
        content.publish(release.folder(), release.manifest());
        // under the name that this fleet's devices look for, whatever the manifest says
        publisher.publish(target(release), release.manifest().toBytes(), now);
        releases.add(release);
        return release;
    }

    /// Makes the deltas between the images of two releases, and has the deltas' role sign them.
    public void publishDeltas(BuiltRelease from, BuiltRelease to) throws IOException {
        PublishedDeltas.publish(content, publisher, from.folder(), to.folder(), now);
    }

    public Path builds() {
        return builds;
    }

    public static String target(BuiltRelease release) {
        return "channels/"
                + CHANNEL
                + "/"
                + BuiltRelease.TYPE
                + "/"
                + release.manifest().version()
                + ".json";
    }
}
