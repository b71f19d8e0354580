// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.evenkeel.content.ChunkIndex;
import dev.evenkeel.content.ContentPath;
import dev.evenkeel.content.ImageIndexer;
import dev.evenkeel.content.PackWriter;
import dev.evenkeel.core.Compatible;
import dev.evenkeel.core.DataFormat;
import dev.evenkeel.core.DeviceType;
import dev.evenkeel.core.Digest;
import dev.evenkeel.core.HealthPolicy;
import dev.evenkeel.core.IntRange;
import dev.evenkeel.core.Manifest;
import dev.evenkeel.core.Payload;
import dev.evenkeel.core.Version;
import dev.evenkeel.core.json.JsonObject;
import dev.evenkeel.image.ReleaseFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/// A release of some megabytes that nobody could boot: enough to be published and installed. The
/// first half is common to all of them, so that an agent also reuses what it has.
final class TrainingRelease {
    static final int SLOT_BYTES = 8 << 20;
    static final DataFormat DATA_FORMAT = new DataFormat(new IntRange(1, 1), 1);
    private static final int BOOT_BYTES = 256 << 10;

    /// The least that there is: a training does not wait.
    private static final HealthPolicy HEALTH = new HealthPolicy(3, 1, 300);

    private TrainingRelease() {}

    /// Writes the release folder and returns it.
    static Path make(Path folder, Version version) throws IOException {
        Files.createDirectories(folder);
        Files.write(folder.resolve(ReleaseFile.SLOT_IMAGE), slot(version));
        return around(folder, version);
    }

    /// Writes the rest of a release folder that has its slot image, and returns it.
    static Path around(Path folder, Version version) throws IOException {
        Files.createDirectories(folder.resolve(ReleaseFile.INDEXES));
        Path slot = folder.resolve(ReleaseFile.SLOT_IMAGE);
        Path boot =
                Files.write(
                        folder.resolve(ReleaseFile.BOOT_IMAGE),
                        noise(version.text().hashCode(), BOOT_BYTES));
        Payload.File sbom =
                write(
                        folder.resolve(ReleaseFile.SBOM),
                        "{\"bomFormat\":\"CycloneDX\",\"components\":[]}");
        Payload.File provenance = write(folder.resolve(ReleaseFile.PROVENANCE), "{}");
        var indexer = new ImageIndexer(1);
        try (PackWriter pack = PackWriter.create(folder.resolve(ReleaseFile.PACK))) {
            ChunkIndex slotIndex = indexer.index(slot, pack).index();
            ChunkIndex bootIndex = indexer.index(boot, pack).index();
            pack.finish();
            var manifest =
                    new Manifest(
                            DemoFleet.FLEET,
                            "training",
                            version,
                            "",
                            new Compatible(
                                    new DeviceType(DemoFleet.DEVICE_TYPE), new IntRange(1, 1)),
                            Optional.empty(),
                            DATA_FORMAT,
                            HEALTH,
                            List.of(
                                    payload(
                                            folder,
                                            Payload.Kind.SLOT_IMAGE,
                                            slotIndex,
                                            Optional.of(verity(slotIndex))),
                                    payload(
                                            folder,
                                            Payload.Kind.BOOT_IMAGE,
                                            bootIndex,
                                            Optional.empty())),
                            sbom,
                            provenance,
                            JsonObject.EMPTY);
            Files.write(folder.resolve(ReleaseFile.MANIFEST), manifest.toBytes());
        }
        return folder;
    }

    private static byte[] slot(Version version) {
        byte[] slot = noise(0, SLOT_BYTES);
        byte[] own = noise(version.text().hashCode(), SLOT_BYTES / 2);
        System.arraycopy(own, 0, slot, SLOT_BYTES / 2, own.length);
        return slot;
    }

    /// Bytes that do not compress, the same for the same seed.
    private static byte[] noise(long seed, int bytes) {
        var noise = new byte[bytes];
        new Random(seed).nextBytes(noise);
        return noise;
    }

    private static Payload.Verity verity(ChunkIndex slot) {
        return new Payload.Verity(slot.image(), "00".repeat(32), 1, 4096);
    }

    private static Payload payload(
            Path folder, Payload.Kind kind, ChunkIndex index, Optional<Payload.Verity> verity)
            throws IOException {
        Payload.File file = index.file();
        Files.write(folder.resolve(ContentPath.index(file.digest())), index.toBytes());
        return new Payload(kind, index.imageBytes(), index.image(), file, verity);
    }

    private static Payload.File write(Path file, String text) throws IOException {
        byte[] bytes = text.getBytes(UTF_8);
        Files.write(file, bytes);
        return new Payload.File(Digest.of(bytes), bytes.length);
    }
}
