// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.testkit.prove;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.evenkeel.agent.RunningRelease;
import dev.evenkeel.content.Chunk;
import dev.evenkeel.content.ChunkIndex;
import dev.evenkeel.content.ContentPath;
import dev.evenkeel.content.Frame;
import dev.evenkeel.content.PackWriter;
import dev.evenkeel.core.Digest;
import dev.evenkeel.core.Manifest;
import dev.evenkeel.core.Payload;
import dev.evenkeel.core.Version;
import dev.evenkeel.core.json.JsonObject;
import dev.evenkeel.testkit.Medium;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/// A release of nine chunks of one page each: some are its own, some it shares with every other
/// release, one it holds twice.
///
/// @param conduct how the device behaves that runs it
record SmallRelease(
        Path folder, Manifest manifest, Digest digest, byte[] slot, byte[] boot, Conduct conduct) {
    static final int CHUNK_BYTES = 4096;
    static final int SLOT_CHUNKS = 6;
    static final int BOOT_CHUNKS = 3;
    private static final Instant BUILT = Instant.parse("2026-10-01T00:00:00Z");

    /// What becomes of a device that boots it.
    enum Conduct {
        /// Comes up, and its health checks are green.
        HEALTHY,
        /// Comes up, and a required check is red.
        RED,
        /// Its kernel panics.
        DEAD,
        /// Comes up, and its health checks never say anything.
        MUTE,
        /// Comes up, and its agent ends at every start.
        CRASHING
    }

    static SmallRelease build(Path folder, Subject subject, String version, Conduct conduct)
            throws IOException {
        return build(folder, subject, version, conduct, slot(version), boot(version));
    }

    /// A release of which no chunk is another's, and every one is nearly `like`'s.
    static SmallRelease buildLike(
            Path folder, Subject subject, String like, String version, Conduct conduct)
            throws IOException {
        byte[] slot = slot(like);
        byte[] boot = boot(like);
        for (byte[] image : List.of(slot, boot)) {
            for (int at = 0; at < image.length; at += CHUNK_BYTES) {
                image[at + 100] = (byte) (image[at + 100] + at / CHUNK_BYTES + 1);
            }
        }
        return build(folder, subject, version, conduct, slot, boot);
    }

    private static byte[] slot(String version) {
        return joined(
                common(1),
                own(version, 1),
                common(2),
                own(version, 2),
                own(version, 1),
                own(version, 3));
    }

    private static byte[] boot(String version) {
        return joined(common(3), own(version, 4), own(version, 5));
    }

    private static SmallRelease build(
            Path folder, Subject subject, String version, Conduct conduct, byte[] slot, byte[] boot)
            throws IOException {
        Files.createDirectories(folder.resolve("indexes"));
        Files.write(folder.resolve("slot.img"), slot);
        Files.write(folder.resolve("boot.img"), boot);
        Payload.File sbom = file(folder, "sbom.cdx.json", "{\"sbom\":\"" + version + "\"}");
        Payload.File made = file(folder, "provenance.json", "{\"built\":\"" + version + "\"}");
        file(folder, "disk.img", "a factory disk");
        file(folder, "size-report.json", "{}");
        try (PackWriter pack = PackWriter.create(folder.resolve("pack"))) {
            ChunkIndex slotIndex = index(slot, pack);
            ChunkIndex bootIndex = index(boot, pack);
            pack.finish();
            for (ChunkIndex index : List.of(slotIndex, bootIndex)) {
                Files.write(
                        folder.resolve(ContentPath.index(index.file().digest())), index.toBytes());
            }
            var verity = new Payload.Verity(Digest.of(slot), "00".repeat(32), 1, CHUNK_BYTES);
            var manifest =
                    new Manifest(
                            subject.fleet(),
                            subject.name(),
                            new Version(version),
                            "",
                            subject.compatible(),
                            Optional.empty(),
                            subject.dataFormat(),
                            subject.health(),
                            List.of(
                                    payload(
                                            Payload.Kind.SLOT_IMAGE,
                                            slotIndex,
                                            Optional.of(verity)),
                                    payload(Payload.Kind.BOOT_IMAGE, bootIndex, Optional.empty())),
                            sbom,
                            made,
                            JsonObject.EMPTY);
            Files.write(folder.resolve("manifest.json"), manifest.toBytes());
            return new SmallRelease(
                    folder, manifest, Digest.of(manifest.toBytes()), slot, boot, conduct);
        }
    }

    Version version() {
        return manifest.version();
    }

    /// What its `release.json` tells the agent.
    RunningRelease running() {
        return new RunningRelease(manifest.version(), manifest.dataFormat(), BUILT);
    }

    /// Whether its health checks pass.
    boolean isHealthy() {
        return conduct == Conduct.HEALTHY;
    }

    /// The dm-verity root hash that the kernel is started with.
    Digest verityRoot() {
        return Digest.of(slot);
    }

    /// Whether the first `chunks` chunks of an image stand on the medium.
    boolean stands(Payload.Kind kind, int chunks, Medium medium) {
        byte[] image = kind == Payload.Kind.SLOT_IMAGE ? slot : boot;
        return medium.startsWith(Arrays.copyOf(image, chunks * CHUNK_BYTES));
    }

    private static ChunkIndex index(byte[] image, PackWriter pack) throws IOException {
        var chunks = new ArrayList<Chunk>();
        for (int at = 0; at < image.length; at += CHUNK_BYTES) {
            byte[] raw = Arrays.copyOfRange(image, at, at + CHUNK_BYTES);
            byte[] frame = Frame.pack(raw);
            Chunk chunk = Frame.describe(raw, frame);
            pack.add(chunk, frame);
            chunks.add(chunk);
        }
        return new ChunkIndex(image.length, Digest.of(image), chunks);
    }

    private static Payload payload(
            Payload.Kind kind, ChunkIndex index, Optional<Payload.Verity> verity) {
        return new Payload(kind, index.imageBytes(), index.image(), index.file(), verity);
    }

    private static Payload.File file(Path folder, String name, String text) throws IOException {
        byte[] bytes = text.getBytes(UTF_8);
        Files.write(folder.resolve(name), bytes);
        return new Payload.File(Digest.of(bytes), bytes.length);
    }

    private static byte[] common(int number) {
        return noise(number);
    }

    private static byte[] own(String version, int number) {
        return noise(version.hashCode() * 31L + number);
    }

    private static byte[] noise(long seed) {
        byte[] bytes = new byte[CHUNK_BYTES];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    private static byte[] joined(byte[]... parts) {
        byte[] all = new byte[parts.length * CHUNK_BYTES];
        for (int i = 0; i < parts.length; i++) {
            System.arraycopy(parts[i], 0, all, i * CHUNK_BYTES, CHUNK_BYTES);
        }
        return all;
    }
}
