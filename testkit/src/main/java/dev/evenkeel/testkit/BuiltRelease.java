// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.evenkeel.agent.RunningRelease;
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
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/// A release with its images, as a build leaves it.
public record BuiltRelease(Path folder, Manifest manifest, byte[] slot, byte[] boot) {
    public static final FleetId FLEET = new FleetId("harbour");
    public static final DeviceType TYPE = new DeviceType("qemu-x86");
    private static final Instant BUILT = Instant.parse("2026-10-01T00:00:00Z");
    public static final int SLOT_BYTES = 900_000;
    public static final int BOOT_BYTES = 200_000;

    /// Images of which the larger part is the same for all of these releases.
    public static byte[] image(String version, int sizeBytes) {
        byte[] bytes = new byte[sizeBytes];
        new Random(sizeBytes).nextBytes(bytes);
        byte[] own = new byte[sizeBytes / 3];
        new Random(version.hashCode()).nextBytes(own);
        System.arraycopy(own, 0, bytes, sizeBytes / 2, own.length);
        return bytes;
    }

    public static BuiltRelease build(Path folder, String version) throws IOException {
        return build(
                folder,
                version,
                Terms.DEFAULT,
                image(version, SLOT_BYTES),
                image(version, BOOT_BYTES));
    }

    /// What a manifest asks of a device.
    public record Terms(
            FleetId fleet,
            Compatible compatible,
            Optional<Version> minimum,
            DataFormat dataFormat) {
        public static final Terms DEFAULT =
                new Terms(
                        FLEET,
                        new Compatible(TYPE, new IntRange(1, 2)),
                        Optional.empty(),
                        new DataFormat(new IntRange(1, 2), 1));
    }

    public static BuiltRelease build(
            Path folder, String version, Terms terms, byte[] slot, byte[] boot) throws IOException {
        Files.createDirectories(folder.resolve("indexes"));
        Files.write(folder.resolve("slot.img"), slot);
        Files.write(folder.resolve("boot.img"), boot);
        byte[] sbom = ("{\"sbom\":\"" + version + "\"}").getBytes(UTF_8);
        byte[] provenance = ("{\"built\":\"" + version + "\"}").getBytes(UTF_8);
        Files.write(folder.resolve("sbom.cdx.json"), sbom);
        Files.write(folder.resolve("provenance.json"), provenance);
        Files.writeString(folder.resolve("disk.img"), "a factory disk");
        Files.writeString(folder.resolve("size-report.json"), "{}");
        var indexer = new ImageIndexer(1);
        try (PackWriter pack = PackWriter.create(folder.resolve("pack"))) {
            ChunkIndex slotIndex = indexer.index(folder.resolve("slot.img"), pack).index();
            ChunkIndex bootIndex = indexer.index(folder.resolve("boot.img"), pack).index();
            pack.finish();
            for (ChunkIndex index : List.of(slotIndex, bootIndex)) {
                Files.write(
                        folder.resolve(ContentPath.index(index.file().digest())), index.toBytes());
            }
            var verity = new Payload.Verity(Digest.of(slot), "00".repeat(32), 1, 4096);
            var manifest =
                    new Manifest(
                            terms.fleet(),
                            "kiosk",
                            new Version(version),
                            "",
                            terms.compatible(),
                            terms.minimum(),
                            terms.dataFormat(),
                            new HealthPolicy(3, 10, 300),
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
            return new BuiltRelease(folder, manifest, slot, boot);
        }
    }

    public Digest digest() {
        return Digest.of(manifest.toBytes());
    }

    public String releaseFile() {
        return JsonObject.of("name", "kiosk")
                .with("release", manifest.version().text())
                .with("device_type", TYPE.text())
                .with("data_format", manifest.dataFormat().toJson())
                .toString();
    }

    /// What its `release.json` tells the agent.
    public RunningRelease running() {
        return new RunningRelease(manifest.version(), manifest.dataFormat(), BUILT);
    }

    private static Payload payload(
            Payload.Kind kind, ChunkIndex index, Optional<Payload.Verity> verity) {
        return new Payload(kind, index.imageBytes(), index.image(), index.file(), verity);
    }
}
