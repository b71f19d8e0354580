// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.evenkeel.content.ChunkIndex;
import dev.evenkeel.content.ContentPath;
import dev.evenkeel.content.ImageIndexer;
import dev.evenkeel.content.PackWriter;
import dev.evenkeel.core.Compatible;
import dev.evenkeel.core.DataFormat;
import dev.evenkeel.core.DeviceType;
import dev.evenkeel.core.Digest;
import dev.evenkeel.core.FleetId;
import dev.evenkeel.core.HealthPolicy;
import dev.evenkeel.core.IntRange;
import dev.evenkeel.core.Manifest;
import dev.evenkeel.core.Payload;
import dev.evenkeel.core.Version;
import dev.evenkeel.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/// A release as the build leaves it, small.
public record TestRelease(Path folder, Manifest manifest) {
    /// A release of the fleet `home`.
    ///
    /// @param bash version of the package bash in it
    public static TestRelease build(Path folder, String version, String bash) throws IOException {
        return build(folder, version, bash, new FleetId("home"));
    }

    public static TestRelease build(Path folder, String version, String bash, FleetId fleet)
            throws IOException {
        return build(folder, version, Map.of("bash", bash), fleet);
    }

    /// A release with these packages.
    ///
    /// @param packages version by name
    public static TestRelease build(
            Path folder, String version, Map<String, String> packages, FleetId fleet)
            throws IOException {
        var slot = new byte[600_000];
        new Random(1).nextBytes(slot);
        // releases share most of their bytes
        byte[] own = version.getBytes(UTF_8);
        System.arraycopy(own, 0, slot, 300_000, own.length);
        return build(folder, version, packages, fleet, slot);
    }

    /// A release with this image.
    ///
    /// @param slot its slot image; what is random in it stays as long in the pack
    public static TestRelease build(Path folder, String version, byte[] slot) throws IOException {
        return build(folder, version, Map.of("bash", "5.2"), new FleetId("home"), slot);
    }

    private static TestRelease build(
            Path folder, String version, Map<String, String> packages, FleetId fleet, byte[] slot)
            throws IOException {
        Files.createDirectories(folder.resolve("indexes"));
        Files.write(folder.resolve("slot.img"), slot);
        Files.write(folder.resolve("boot.img"), ("boot " + version).repeat(50).getBytes(UTF_8));
        byte[] sbom = sbom(packages).getBytes(UTF_8);
        byte[] provenance = "{}".getBytes(UTF_8);
        Files.write(folder.resolve("sbom.cdx.json"), sbom);
        Files.write(folder.resolve("provenance.json"), provenance);
        var indexer = new ImageIndexer(1);
        try (PackWriter pack = PackWriter.create(folder.resolve("pack"))) {
            ChunkIndex slotIndex = indexer.index(folder.resolve("slot.img"), pack).index();
            ChunkIndex bootIndex = indexer.index(folder.resolve("boot.img"), pack).index();
            pack.finish();
            for (ChunkIndex index : List.of(slotIndex, bootIndex)) {
                Files.write(
                        folder.resolve(ContentPath.index(index.file().digest())), index.toBytes());
            }
            var verity = new Payload.Verity(slotIndex.image(), "00".repeat(32), 1, 4096);
            var manifest =
                    new Manifest(
                            fleet,
                            "kiosk",
                            new Version(version),
                            "",
                            new Compatible(new DeviceType("qemu-x86"), new IntRange(1, 1)),
                            Optional.empty(),
                            new DataFormat(new IntRange(1, 1), 1),
                            HealthPolicy.DEFAULT,
                            List.of(
                                    payload(
                                            Payload.Kind.SLOT_IMAGE,
                                            slotIndex,
                                            Optional.of(verity)),
                                    payload(Payload.Kind.BOOT_IMAGE, bootIndex, Optional.empty())),
                            new Payload.File(Digest.of(sbom), sbom.length),
                            new Payload.File(Digest.of(provenance), provenance.length),
                            JsonObject.EMPTY);
            Files.write(folder.resolve("manifest.json"), manifest.toBytes());
            return new TestRelease(folder, manifest);
        }
    }

    private static String sbom(Map<String, String> packages) {
        String components =
                packages.entrySet().stream()
                        .map(one ->
                                "{\"type\":\"library\",\"name\":\""
                                        + one.getKey()
                                        + "\",\"version\":\""
                                        + one.getValue()
                                        + "\"}")
                        .collect(Collectors.joining(","));
        return "{\"bomFormat\":\"CycloneDX\",\"components\":[" + components + "]}";
    }

    private static Payload payload(
            Payload.Kind kind, ChunkIndex index, Optional<Payload.Verity> verity) {
        return new Payload(kind, index.imageBytes(), index.image(), index.file(), verity);
    }

    /// The pack with most in it.
    public static Path largest(Path packs) throws IOException {
        try (Stream<Path> files = Files.list(packs)) {
            return files.max(Comparator.comparingLong(file -> file.toFile().length()))
                    .orElseThrow();
        }
    }

    public Digest digest() {
        return Digest.of(manifest.toBytes());
    }

    public byte[] tar() throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var tar = new TarArchiveOutputStream(bytes);
                Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                add(tar, folder.relativize(file).toString(), Files.readAllBytes(file));
            }
        }
        return bytes.toByteArray();
    }

    public static void add(TarArchiveOutputStream tar, String name, byte[] content)
            throws IOException {
        var entry = new TarArchiveEntry(name, true);
        entry.setSize(content.length);
        tar.putArchiveEntry(entry);
        tar.write(content);
        tar.closeArchiveEntry();
    }
}
