// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.server;

import dev.evenkeel.content.Chunk;
import dev.evenkeel.content.ChunkIndex;
import dev.evenkeel.content.ContentFolder;
import dev.evenkeel.content.ContentPath;
import dev.evenkeel.core.Channel;
import dev.evenkeel.core.Digest;
import dev.evenkeel.core.Limits;
import dev.evenkeel.core.MalformedInput;
import dev.evenkeel.core.Manifest;
import dev.evenkeel.core.Payload;
import dev.evenkeel.core.Version;
import dev.evenkeel.core.json.JsonObject;
import dev.evenkeel.core.json.StrictJson;
import dev.evenkeel.fleet.Fleet;
import dev.evenkeel.fleet.PackageList;
import dev.evenkeel.fleet.Release;
import dev.evenkeel.fleet.ReleaseName;
import dev.evenkeel.trust.MetadataPublisher;
import dev.evenkeel.trust.Offer;
import dev.evenkeel.trust.TargetName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Takes a release into the repository, in this order: judge, content, signed metadata, the fleet's
/// memory. Every step may be repeated, so a release whose publishing was cut off is published
/// again.
final class Publishing {
    private static final int SBOM_BYTES = 32 << 20;

    private final Fleet fleet;
    private final ContentFolder content;
    private final MetadataPublisher metadata;
    private final InstantSource clock;
    private final Path repository;

    /// What became of a release.
    ///
    /// @param offer whether devices find it, or signatures are waited for
    record Published(Release release, Offer offer, int newChunks, long newBytes) {}

    /// What a device that has one release must fetch for another.
    record Cost(long chunks, long frameBytes, long rawBytes) {}

    Publishing(
            Fleet fleet,
            ContentFolder content,
            MetadataPublisher metadata,
            InstantSource clock,
            Path repository) {
        this.fleet = fleet;
        this.content = content;
        this.metadata = metadata;
        this.clock = clock;
        this.repository = repository;
    }

    Published publish(Path folder, Channel channel) throws IOException {
        byte[] bytes = read(folder.resolve("manifest.json"), Limits.MANIFEST_BYTES);
        Manifest manifest = Manifest.read(bytes);
        if (!manifest.fleet().equals(fleet.id())) {
            throw new MalformedInput(
                    "manifest: it is for fleet " + manifest.fleet() + ", this is " + fleet.id());
        }
        PackageList packages = packages(folder.resolve("sbom.cdx.json"));
        fleet.releases().check(release(manifest, bytes, Set.of(), packages, 0));
        ContentFolder.Published added = content.publish(folder, manifest);
        Offer offer = metadata.offer(manifest.targetName(channel), bytes, clock.instant());
        Release wanted =
                release(manifest, bytes, channels(offer, channel), packages, added.newBytes());
        return new Published(
                fleet.releases().publish(wanted, packages),
                offer,
                added.newChunks(),
                added.newBytes());
    }

    /// While a channel waits for signatures it does not offer the release.
    private static Set<Channel> channels(Offer offer, Channel channel) {
        return switch (offer) {
            case Offer.Published _ -> Set.of(channel);
            case Offer.Waiting _ -> Set.of();
        };
    }

    /// Offers a release that is here in one more channel.
    Offer promote(Release release, Channel channel) throws IOException {
        byte[] bytes = manifestBytes(release);
        Offer offer =
                metadata.offer(Manifest.read(bytes).targetName(channel), bytes, clock.instant());
        take(release, channels(offer, channel));
        return offer;
    }

    /// Tells the fleet of what people have signed meanwhile. The signed metadata are the truth: a
    /// server that was killed before it took them up does so at its next start.
    void reconcile() throws IOException {
        for (String name : metadata.targets().keySet()) {
            if (!name.startsWith("channels/") || VersionRules.isRule(name)) continue;
            TargetName target = TargetName.parse(name);
            Optional<Release> known =
                    fleet.releases().find(target.deviceType(), new Version(target.release()));
            if (known.isEmpty() || known.get().channels().contains(target.channel())) continue;
            take(known.get(), Set.of(target.channel()));
        }
    }

    private void take(Release release, Set<Channel> channels) {
        var wanted =
                new Release(
                        release.release(),
                        release.name(),
                        release.description(),
                        release.compatible(),
                        release.imageBytes(),
                        release.packBytes(),
                        release.packages(),
                        channels,
                        release.publishedAt());
        if (!release.channels().containsAll(channels)) {
            fleet.releases().publish(wanted, fleet.releases().packages(release));
        }
    }

    private Release release(
            Manifest manifest,
            byte[] bytes,
            Set<Channel> channels,
            PackageList packages,
            long packBytes) {
        return new Release(
                new ReleaseName(manifest.version(), Digest.of(bytes)),
                manifest.name(),
                manifest.description(),
                manifest.compatible(),
                manifest.payloads().stream().mapToLong(Payload::sizeBytes).sum(),
                packBytes,
                packages.digest(),
                channels,
                clock.instant());
    }

    /// The components of a CycloneDX SBOM.
    private static PackageList packages(Path file) throws IOException {
        try {
            JsonObject sbom = StrictJson.parseObject(read(file, SBOM_BYTES), SBOM_BYTES);
            var packages = new ArrayList<PackageList.Entry>();
            if (!sbom.has("components")) return PackageList.EMPTY;
            for (JsonObject component : sbom.array("components").objects()) {
                packages.add(
                        new PackageList.Entry(
                                component.text("name"),
                                component.optionalText("version").orElse("")));
            }
            return new PackageList(packages);
        } catch (MalformedInput wrong) {
            throw wrong.in("sbom.cdx.json");
        }
    }

    /// What of `after` a device that has `before` lacks.
    Cost cost(Release before, Release after) throws IOException {
        Set<Digest> has = chunks(before).keySet();
        var wanted = new HashMap<>(chunks(after));
        wanted.keySet().removeAll(has);
        return new Cost(
                wanted.size(),
                wanted.values().stream().mapToLong(Chunk::frameBytes).sum(),
                wanted.values().stream().mapToLong(Chunk::rawBytes).sum());
    }

    private Map<Digest, Chunk> chunks(Release release) throws IOException {
        var chunks = new HashMap<Digest, Chunk>();
        for (Payload payload : manifest(release).payloads()) {
            byte[] index =
                    content.fetch(ContentPath.index(payload.index().digest()), Limits.INDEX_BYTES);
            for (var chunk : ChunkIndex.read(index).chunks()) chunks.put(chunk.raw(), chunk);
        }
        return chunks;
    }

    Manifest manifest(Release release) throws IOException {
        return Manifest.read(manifestBytes(release));
    }

    /// The manifest, from whichever channel has it, also one that waits for signatures.
    private byte[] manifestBytes(Release release) throws IOException {
        String type = release.compatible().deviceType().text();
        String file = release.manifest() + "." + release.version() + ".json";
        try (var channels = Files.list(repository.resolve("targets/channels"))) {
            for (Path channel : (Iterable<Path>) channels.sorted()::iterator) {
                Path path = channel.resolve(type).resolve(file);
                if (!Files.exists(path)) continue;
                byte[] bytes = read(path, Limits.MANIFEST_BYTES);
                if (Digest.of(bytes).equals(release.manifest())) return bytes;
            }
        }
        throw new IOException(
                "the manifest of release " + release.version() + " is not in the repository");
    }

    /// The provisioning root for new devices.
    byte[] root() throws IOException {
        return metadata.root();
    }

    private static byte[] read(Path file, int limit) throws IOException {
        String name = String.valueOf(file.getFileName());
        if (!Files.isRegularFile(file)) {
            throw new MalformedInput("the release has no " + name);
        }
        if (Files.size(file) > limit) {
            throw new MalformedInput(name + ": is larger than the limit of " + limit + " bytes");
        }
        return Files.readAllBytes(file);
    }
}
