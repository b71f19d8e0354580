// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.content;

import dev.evenkeel.core.Digest;
import dev.evenkeel.core.Limits;
import dev.evenkeel.core.MalformedInput;
import dev.evenkeel.core.Manifest;
import dev.evenkeel.core.Payload;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/// A release as the build left it, held against its manifest: a closed world, in which a part that
/// is missing, unknown or altered is an error. The frames of its pack are checked by whoever reads
/// them.
final class ReleaseFolder implements Closeable {
    private static final String MANIFEST = "manifest.json";
    private static final String PACK = "pack";
    private static final String SBOM = "sbom.cdx.json";
    private static final String PROVENANCE = "provenance.json";

    /// Made by the build for people and factories; no device gets them, so no manifest names them.
    private static final Set<String> OPTIONAL = Set.of("disk.img", "size-report.json");

    private final List<Image> images;
    private final PackFile pack;

    /// An image of the release.
    ///
    /// @param indexBytes the index as the manifest names it
    record Image(Payload payload, ChunkIndex index, byte[] indexBytes) {}

    private ReleaseFolder(List<Image> images, PackFile pack) {
        this.images = images;
        this.pack = pack;
    }

    static ReleaseFolder open(Path folder, Manifest manifest) throws IOException {
        requireParts(folder, manifest);
        requireManifest(folder.resolve(MANIFEST), manifest);
        requireFile(folder, SBOM, manifest.sbom());
        requireFile(folder, PROVENANCE, manifest.provenance());
        var images = new ArrayList<Image>();
        for (Payload payload : manifest.payloads()) {
            requireFile(
                    folder,
                    imageName(payload),
                    new Payload.File(payload.digest(), payload.sizeBytes()));
            images.add(image(folder, payload));
        }
        return new ReleaseFolder(List.copyOf(images), PackFile.open(folder.resolve(PACK)));
    }

    /// In the order of the manifest, which is also the order of their frames in the pack.
    List<Image> images() {
        return images;
    }

    PackFile pack() {
        return pack;
    }

    @Override
    public void close() throws IOException {
        pack.close();
    }

    static ContentFault altered(String part, String expected, String found) {
        return new ContentFault.AlteredPart(part, expected, found);
    }

    private static Image image(Path folder, Payload payload) throws IOException {
        String part = ContentPath.index(payload.index().digest());
        requireFile(folder, part, payload.index());
        if (payload.index().sizeBytes() > Limits.INDEX_BYTES) {
            throw new MalformedInput(
                    part + ": is larger than the limit of " + Limits.INDEX_BYTES + " bytes");
        }
        byte[] bytes = Files.readAllBytes(folder.resolve(part));
        if (!Digest.of(bytes).equals(payload.index().digest())) {
            throw altered(part, "the bytes of a moment ago", "others");
        }
        ChunkIndex index = ChunkIndex.read(bytes);
        if (!index.image().equals(payload.digest()) || index.imageBytes() != payload.sizeBytes()) {
            throw altered(
                    part,
                    "an index of " + describe(payload.digest(), payload.sizeBytes()),
                    "one of " + describe(index.image(), index.imageBytes()));
        }
        return new Image(payload, index, bytes);
    }

    private static void requireParts(Path folder, Manifest manifest) throws IOException {
        Set<String> required = new TreeSet<>(Set.of(MANIFEST, PACK, SBOM, PROVENANCE));
        for (Payload payload : manifest.payloads()) {
            required.add(imageName(payload));
            required.add(ContentPath.index(payload.index().digest()));
        }
        Set<String> found = parts(folder);
        for (String part : required) {
            if (!found.contains(part)) throw new ContentFault.MissingPart(part);
        }
        found.removeAll(required);
        found.removeAll(OPTIONAL);
        for (String part : found) {
            throw new ContentFault.UnexpectedPart(part);
        }
    }

    /// Every part but the folder of indexes itself. Links are parts too, and end as unexpected or
    /// as not readable: a release holds its bytes itself.
    private static Set<String> parts(Path folder) throws IOException {
        Set<String> found = new TreeSet<>(names(folder, ""));
        if (Files.isDirectory(folder.resolve("indexes"), LinkOption.NOFOLLOW_LINKS)) {
            found.remove("indexes");
            found.addAll(names(folder.resolve("indexes"), "indexes/"));
        }
        return found;
    }

    private static Set<String> names(Path folder, String prefix) throws IOException {
        var names = new HashSet<String>();
        try (Stream<Path> entries = Files.list(folder)) {
            entries.forEach(entry -> names.add(prefix + entry.getFileName()));
        }
        return names;
    }

    private static void requireManifest(Path file, Manifest manifest) throws IOException {
        requirePlain(file, MANIFEST);
        if (Files.size(file) > Limits.MANIFEST_BYTES) {
            throw altered(MANIFEST, "at most " + Limits.MANIFEST_BYTES + " bytes", "more");
        }
        if (!Manifest.read(Files.readAllBytes(file)).equals(manifest)) {
            throw altered(
                    MANIFEST,
                    "the manifest of " + manifest.name() + " " + manifest.version(),
                    "another one");
        }
    }

    private static void requireFile(Path folder, String part, Payload.File expected)
            throws IOException {
        Path file = folder.resolve(part);
        requirePlain(file, part);
        long size = Files.size(file);
        if (size != expected.sizeBytes()) {
            throw altered(part, expected.sizeBytes() + " bytes", size + " bytes");
        }
        Digest found = digestOf(file);
        if (!found.equals(expected.digest())) {
            throw altered(part, "SHA-256 " + expected.digest(), "SHA-256 " + found);
        }
    }

    private static void requirePlain(Path file, String part) {
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            throw altered(part, "a plain file", "a folder, link or device");
        }
    }

    static Digest digestOf(Path file) throws IOException {
        var running = Digest.sha256();
        try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
            var through = new DigestInputStream(in, running);
            var buffer = new byte[128 << 10];
            while (through.read(buffer) >= 0) {
                // the digest takes what is read
            }
        }
        return Digest.ofRaw(running.digest());
    }

    private static String imageName(Payload payload) {
        return switch (payload.kind()) {
            case SLOT_IMAGE -> "slot.img";
            case BOOT_IMAGE -> "boot.img";
        };
    }

    private static String describe(Digest image, long sizeBytes) {
        return "image " + image.brief() + " of " + sizeBytes + " bytes";
    }
}
