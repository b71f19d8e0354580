// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.content;

import dev.evenkeel.core.Digest;
import dev.evenkeel.core.MalformedInput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Publishes one release into a repository folder.
///
/// Rules: every frame is checked and every image rebuilt before anything becomes visible. What is
/// published names only what is published already: pack, then locations, then indexes (and after
/// them, by another module, metadata). So a crash at any instant leaves at most a pack or locations
/// that nothing names yet, and publishing again makes the very same files.
final class Publication {
    private final ContentFolder folder;
    private final FileSteps steps;
    private final FrameTable table;
    private final Path newPackFile;
    private final Map<Digest, Kept> keptByRaw = new HashMap<>();

    /// A chunk of this release and where it will lie.
    ///
    /// @param inRelease offset in the release's own pack
    /// @param before where the repository has it already; empty when the new pack gets it
    /// @param offset in that pack or in the new one
    private record Kept(
            Chunk chunk, long inRelease, Optional<Locations.Pack> before, long offset) {}

    Publication(ContentFolder folder, FileSteps steps, FrameTable table) {
        this.folder = folder;
        this.steps = steps;
        this.table = table;
        this.newPackFile = folder.incoming("pack");
    }

    ContentFolder.Published publish(ReleaseFolder release) throws IOException {
        try (PackWriter newPack = steps.startPack(newPackFile)) {
            keepFrames(release, newPack);
            var added = addPack(newPack);
            for (ReleaseFolder.Image image : release.images()) {
                Digest name = image.payload().index().digest();
                Locations locations = locate(image.index(), name, added);
                writeUnlessThere(ContentPath.locations(name), locations.toBytes());
            }
            steps.syncFolder(folder.locations());
            for (ReleaseFolder.Image image : release.images()) {
                Digest name = image.payload().index().digest();
                writeUnlessThere(ContentPath.index(name), image.indexBytes());
            }
            steps.syncFolder(folder.indexes());
            return new ContentFolder.Published(
                    newPack.chunkCount(),
                    added.map(Locations.Pack::sizeBytes).orElse(0L),
                    added.map(Locations.Pack::digest));
        }
    }

    /// Reads the release's pack from start to end, in which each frame has to follow the last.
    private void keepFrames(ReleaseFolder release, PackWriter newPack) throws IOException {
        PackFile pack = release.pack();
        long end = pack.start();
        for (ReleaseFolder.Image image : release.images()) {
            MessageDigest running = Digest.sha256();
            for (Chunk chunk : image.index().chunks()) {
                Kept kept = keptByRaw.get(chunk.raw());
                long offset = kept == null ? end : kept.inRelease();
                byte[] frame = pack.read(offset, chunk.frameBytes());
                running.update(unpack(frame, chunk, offset));
                if (kept != null) continue;
                keptByRaw.put(chunk.raw(), keep(chunk, frame, offset, newPack));
                end += chunk.frameBytes();
            }
            requireImage(image, Digest.ofRaw(running.digest()));
        }
        if (end != pack.sizeBytes()) {
            throw ReleaseFolder.altered(
                    "pack",
                    end + " bytes, the frames of both indexes",
                    pack.sizeBytes() + " bytes");
        }
    }

    private static byte[] unpack(byte[] frame, Chunk chunk, long offset) {
        try {
            return Frame.unpack(frame, chunk);
        } catch (ContentFault.WrongFrame wrong) {
            throw ReleaseFolder.altered(
                    "pack",
                    "frame "
                            + chunk.frame().brief()
                            + " at byte "
                            + offset
                            + " (frames lie in the order in which the manifest lists the images)",
                    "other bytes");
        }
    }

    private Kept keep(Chunk chunk, byte[] frame, long inRelease, PackWriter newPack)
            throws IOException {
        Optional<FrameTable.Found> found = table.find(chunk.frame());
        if (found.isPresent() && isStillThere(found.get(), frame)) {
            FrameTable.Found place = found.get();
            return new Kept(chunk, inRelease, Optional.of(place.pack()), place.offset());
        }
        return new Kept(chunk, inRelease, Optional.empty(), newPack.add(chunk, frame));
    }

    /// Whether the old pack really has the frame: locations are unsigned and disks decay, and a
    /// release that leans on a broken pack could never be installed.
    private boolean isStillThere(FrameTable.Found place, byte[] frame) throws IOException {
        try (PackFile pack = PackFile.open(folder.pack(place.pack().digest()))) {
            return Arrays.equals(pack.read(place.offset(), frame.length), frame);
        } catch (NoSuchFileException | MalformedInput broken) {
            return false;
        }
    }

    private static void requireImage(ReleaseFolder.Image image, Digest found) {
        Digest expected = image.payload().digest();
        if (!found.equals(expected)) {
            throw new ContentFault.WrongImage(
                    "release folder: " + image.payload().kind(), expected, found);
        }
    }

    private Optional<Locations.Pack> addPack(PackWriter newPack) throws IOException {
        if (newPack.chunkCount() == 0) return Optional.empty();
        Digest name = steps.finishPack(newPack);
        steps.move(newPackFile, folder.pack(name));
        steps.syncFolder(folder.packs());
        return Optional.of(new Locations.Pack(name, newPack.sizeBytes()));
    }

    private Locations locate(ChunkIndex index, Digest name, Optional<Locations.Pack> added) {
        Map<Locations.Pack, Integer> packs = new LinkedHashMap<>();
        List<Locations.Place> places = new ArrayList<>();
        for (Chunk chunk : index.chunks()) {
            Kept kept = keptByRaw.get(chunk.raw());
            if (kept == null) throw new IllegalStateException("no place for " + chunk);
            Locations.Pack pack = kept.before().or(() -> added).orElseThrow();
            Integer known = packs.putIfAbsent(pack, packs.size());
            places.add(
                    new Locations.Place(known == null ? packs.size() - 1 : known, kept.offset()));
        }
        return new Locations(name, List.copyOf(packs.keySet()), places);
    }

    private void writeUnlessThere(String path, byte[] bytes) throws IOException {
        Path target = folder.root().resolve(path);
        if (Files.exists(target) && Arrays.equals(Files.readAllBytes(target), bytes)) {
            // in use again: a collection that comes before the manifest leaves it alone
            steps.touch(target);
            return;
        }
        Path temporary = folder.incoming(path.replace('/', '-'));
        steps.write(temporary, bytes);
        steps.move(temporary, target);
    }
}
