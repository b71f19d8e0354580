// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.testkit.prove;

import dev.evenkeel.content.ContentFolder;
import dev.evenkeel.core.Channel;
import dev.evenkeel.core.Digest;
import dev.evenkeel.core.Dsse;
import dev.evenkeel.core.message.BootReport;
import dev.evenkeel.core.message.Protocol;
import dev.evenkeel.testkit.Medium;
import dev.evenkeel.testkit.PublishedDeltas;
import dev.evenkeel.testkit.prove.SmallRelease.Conduct;
import dev.evenkeel.trust.Envelopes;
import dev.evenkeel.trust.MetadataPublisher;
import dev.evenkeel.trust.PrivateKey;
import dev.evenkeel.trust.PublicKey;
import dev.evenkeel.trust.SigningKeys;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/// What all simulated devices of one proof share, and what never changes in it: the releases, the
/// signed repository (in memory, byte for byte as published), the device's key.
final class World {
    static final Channel CHANNEL = new Channel("prod");
    static final Instant NOW = Instant.parse("2026-11-20T12:00:00Z");

    /// What the server says that it is, once the device was enrolled: late enough to be stored.
    static final Instant LATER = NOW.plus(Duration.ofHours(8));

    /// When two thirds of the life of the device's first certificate are over.
    static final Instant RENEWING = NOW.plus(Duration.ofDays(25));

    static final String FACTORY = "1.0";
    static final String GOOD = "1.1";
    static final String BETTER = "1.2";

    /// Comes by a delta from [#GOOD].
    static final String PATCHED = "1.3";

    static final String RED = "2.1";
    static final String DEAD = "2.2";
    static final String MUTE = "2.3";
    static final String CRASHING = "2.4";

    /// Reports that are remembered as checked.
    private static final int MOST_OPENED = 20_000;

    final Subject subject;
    final PrivateKey deviceKey = PrivateKey.generate();
    final byte[] trustedRoot;
    final TrustHistory history;
    private final List<SmallRelease> releases;
    private final Map<String, byte[]> files = new HashMap<>();
    private final Map<String, PackContents> packs = new ConcurrentHashMap<>();
    private final Map<Digest, BootReport> opened = new ConcurrentHashMap<>();

    private World(
            Subject subject,
            byte[] trustedRoot,
            List<SmallRelease> releases,
            TrustHistory history) {
        this.subject = subject;
        this.trustedRoot = trustedRoot;
        this.history = history;
        this.releases = releases;
    }

    /// Builds, signs and publishes; `folder` is needed only meanwhile.
    static World build(Subject subject, Path folder) throws IOException {
        RememberedSignatures.install();
        Path repository = folder.resolve("repository");
        SigningKeys keys = SigningKeys.createDevelopment(folder.resolve("keys"), List.of(CHANNEL));
        var publisher = new MetadataPublisher(repository, keys);
        publisher.initialise(subject.fleet(), List.of(CHANNEL), NOW);
        ContentFolder content = ContentFolder.open(repository);
        List<SmallRelease> releases =
                List.of(
                        release(folder, subject, FACTORY, Conduct.HEALTHY),
                        release(folder, subject, GOOD, Conduct.HEALTHY),
                        release(folder, subject, BETTER, Conduct.HEALTHY),
                        SmallRelease.buildLike(
                                folder.resolve(PATCHED), subject, GOOD, PATCHED, Conduct.HEALTHY),
                        release(folder, subject, RED, Conduct.RED),
                        release(folder, subject, DEAD, Conduct.DEAD),
                        release(folder, subject, MUTE, Conduct.MUTE),
                        release(folder, subject, CRASHING, Conduct.CRASHING));
        for (SmallRelease release : releases) {
            content.publish(release.folder(), release.manifest());
            publisher.publish(target(subject, release), release.manifest().toBytes(), NOW);
        }
        PublishedDeltas.publish(
                content,
                publisher,
                named(releases, GOOD).folder(),
                named(releases, PATCHED).folder(),
                NOW);
        byte[] firstRoot = publisher.root();
        TrustHistory history = TrustHistory.of(subject.fleet(), repository, publisher, keys);
        var world = new World(subject, firstRoot, releases, history);
        world.load(repository);
        return world;
    }

    private static SmallRelease release(
            Path folder, Subject subject, String version, Conduct conduct) throws IOException {
        return SmallRelease.build(folder.resolve(version), subject, version, conduct);
    }

    static String target(Subject subject, SmallRelease release) {
        return "channels/"
                + CHANNEL
                + "/"
                + subject.compatible().deviceType()
                + "/"
                + release.version()
                + ".json";
    }

    private void load(Path repository) throws IOException {
        try (Stream<Path> all = Files.walk(repository)) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                files.put(
                        repository.relativize(file).toString().replace('\\', '/'),
                        Files.readAllBytes(file));
            }
        }
    }

    SmallRelease release(String version) {
        return named(releases, version);
    }

    private static SmallRelease named(List<SmallRelease> releases, String version) {
        return releases.stream()
                .filter(release -> release.version().text().equals(version))
                .findFirst()
                .orElseThrow();
    }

    List<SmallRelease> releases() {
        return releases;
    }

    Optional<byte[]> file(String path) {
        return Optional.ofNullable(files.get(path));
    }

    /// The release of which both images stand there whole; empty for anything less.
    Optional<SmallRelease> complete(Medium slot, Medium boot) {
        SmallRelease found = null;
        for (SmallRelease release : releases) {
            if (slot.startsWith(release.slot()) && boot.startsWith(release.boot())) found = release;
        }
        return Optional.ofNullable(found);
    }

    /// Pages of the longest image.
    int payloadPages() {
        return Math.max(releases.getFirst().slot().length, releases.getFirst().boot().length)
                / Medium.PAGE_BYTES;
    }

    /// What lies where in the packs, of one release.
    PackContents packs(String version) {
        return packs.computeIfAbsent(version, _ -> PackContents.of(this, release(version)));
    }

    /// What a report says, its signature checked; a server would check each, here equal bytes are
    /// checked once.
    BootReport open(byte[] envelope, PublicKey key) {
        if (opened.size() > MOST_OPENED) opened.clear();
        return opened.computeIfAbsent(
                Digest.of(envelope),
                _ ->
                        BootReport.read(
                                Envelopes.open(
                                        Dsse.read(envelope), Protocol.BOOT_REPORT_TYPE, key)));
    }
}
