// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.content;

import static java.nio.charset.StandardCharsets.UTF_8;

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
import java.util.List;
import java.util.Optional;

/// A release folder as the build leaves it.
record BuiltRelease(Path folder, Manifest manifest, ChunkIndex slot, ChunkIndex boot) {
    static BuiltRelease build(Path folder, String version, byte[] slot, byte[] boot)
            throws IOException {
        Files.createDirectories(folder.resolve("indexes"));
        Files.write(folder.resolve("slot.img"), slot);
        Files.write(folder.resolve("boot.img"), boot);
        Files.writeString(folder.resolve("disk.img"), "a factory disk");
        Files.writeString(folder.resolve("size-report.json"), "{}");
        byte[] sbom = ("{\"sbom\":\"" + version + "\"}").getBytes(UTF_8);
        byte[] provenance = ("{\"built\":\"" + version + "\"}").getBytes(UTF_8);
        Files.write(folder.resolve("sbom.cdx.json"), sbom);
        Files.write(folder.resolve("provenance.json"), provenance);
        var indexer = new ImageIndexer(2);
        try (PackWriter pack = PackWriter.create(folder.resolve("pack"))) {
            ChunkIndex slotIndex = indexer.index(folder.resolve("slot.img"), pack).index();
            ChunkIndex bootIndex = indexer.index(folder.resolve("boot.img"), pack).index();
            pack.finish();
            for (ChunkIndex index : List.of(slotIndex, bootIndex)) {
                Files.write(
                        folder.resolve(ContentPath.index(index.file().digest())), index.toBytes());
            }
            Manifest manifest = manifest(version, slotIndex, bootIndex, sbom, provenance);
            Files.write(folder.resolve("manifest.json"), manifest.toBytes());
            return new BuiltRelease(folder, manifest, slotIndex, bootIndex);
        }
    }

    static Manifest manifest(
            String version, ChunkIndex slot, ChunkIndex boot, byte[] sbom, byte[] provenance) {
        var verity = new Payload.Verity(slot.image(), "00".repeat(32), 1, 4096);
        return new Manifest(
                new FleetId("harbour"),
                "kiosk",
                new Version(version),
                "",
                new Compatible(new DeviceType("qemu-x86"), new IntRange(1, 1)),
                Optional.empty(),
                new DataFormat(new IntRange(1, 1), 1),
                HealthPolicy.DEFAULT,
                List.of(
                        payload(Payload.Kind.SLOT_IMAGE, slot, Optional.of(verity)),
                        payload(Payload.Kind.BOOT_IMAGE, boot, Optional.empty())),
                new Payload.File(Digest.of(sbom), sbom.length),
                new Payload.File(Digest.of(provenance), provenance.length),
                JsonObject.EMPTY);
    }

    private static Payload payload(
            Payload.Kind kind, ChunkIndex index, Optional<Payload.Verity> verity) {
        return new Payload(kind, index.imageBytes(), index.image(), index.file(), verity);
    }
}
