// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.content;

import dev.evenkeel.core.Digest;
import dev.evenkeel.core.MalformedInput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// Removes what nothing refers to.
///
/// Rules: nothing is removed while something is broken or unknown, because then nobody can say what
/// is in use. What is younger than the grace stays: a publish writes content first and the manifest
/// that names it later, and a device reads by the locations of a while ago. New names appear before
/// old ones go: pack, locations; then indexes go before their locations, and locations before
/// packs. So a crash at any instant leaves a repository that is whole, and the next run goes on.
final class GarbageCollection {
    private final ContentFolder folder;
    private final FileSteps steps;
    private final Instant youngest;
    private final int deadPercent;

    /// The places that are in use, by pack and offset.
    private final Map<Digest, TreeMap<Long, Chunk>> live = new HashMap<>();

    private final Map<Digest, Locations> locations = new LinkedHashMap<>();
    private final Map<Digest, ChunkIndex> indexes = new HashMap<>();

    GarbageCollection(
            ContentFolder folder, FileSteps steps, Instant now, Duration grace, int deadPercent) {
        this.folder = folder;
        this.steps = steps;
        this.youngest = now.minus(grace);
        this.deadPercent = deadPercent;
    }

    /// Throws [ContentFault.Unsound] where something is broken.
    Garbage plan() throws IOException {
        if (!Files.isDirectory(folder.root().resolve("targets"))) {
            throw new ContentFault.Unsound(
                    "there is no folder targets/, so nothing says what is in use");
        }
        References references = References.read(folder.root());
        var scan = new RepositoryScan(folder);
        Set<Digest> needed = references.indexes();
        List<Digest> dead = new ArrayList<>();
        for (Digest name : scan.names(folder.indexes())) {
            if (needed.contains(name) || isYoung(folder.root().resolve(ContentPath.index(name)))) {
                scan.entry(name).ifPresent(entry -> use(name, entry));
            } else {
                dead.add(name);
            }
        }
        needed.removeAll(indexes.keySet());
        requireSound(references.problems(), scan.problems(), needed);
        return plan(dead, deadDeltas(references, scan), scan);
    }

    /// Deltas that no metadata name, and that nobody is fetching any more.
    private List<Digest> deadDeltas(References references, RepositoryScan scan) throws IOException {
        Set<Digest> named = references.deltaHeads();
        var dead = new ArrayList<Digest>();
        for (Digest name : scan.names(folder.deltaFolder())) {
            if (!named.contains(name) && !isYoung(folder.delta(name))) dead.add(name);
        }
        return dead;
    }

    /// Removes dead deltas, and nothing else. Throws [ContentFault.Unsound] where metadata cannot
    /// be read.
    List<Digest> collectDeltas() throws IOException {
        References references = References.read(folder.root());
        requireSound(references.problems(), List.of(), Set.of());
        List<Digest> dead = deadDeltas(references, new RepositoryScan(folder));
        delete(dead);
        return dead;
    }

    private void delete(List<Digest> deltas) throws IOException {
        for (Digest name : deltas) steps.delete(folder.delta(name));
        if (!deltas.isEmpty()) steps.syncFolder(folder.deltaFolder());
    }

    private void use(Digest name, RepositoryScan.Entry entry) {
        indexes.put(name, entry.index());
        locations.put(name, entry.locations());
        for (int i = 0; i < entry.index().chunks().size(); i++) {
            live.computeIfAbsent(entry.locations().pack(i), pack -> new TreeMap<>())
                    .put(entry.locations().offset(i), entry.index().chunk(i));
        }
    }

    private static void requireSound(
            List<String> manifests, List<String> content, Set<Digest> missing) {
        var problems = new ArrayList<>(manifests);
        problems.addAll(content);
        missing.forEach(index -> problems.add(ContentPath.index(index) + " is missing"));
        if (!problems.isEmpty()) throw new ContentFault.Unsound(problems.getFirst());
    }

    private Garbage plan(List<Digest> deadIndexes, List<Digest> deadDeltas, RepositoryScan scan)
            throws IOException {
        long freed = 0;
        for (Digest name : deadDeltas) freed += size(ContentPath.delta(name));
        for (Digest name : deadIndexes) freed += size(ContentPath.index(name));
        var deadLocations = new ArrayList<Digest>();
        for (Digest name : scan.names(folder.locations())) {
            if (locations.containsKey(name)) continue;
            if (!deadIndexes.contains(name) && isYoung(path(ContentPath.locations(name)))) continue;
            deadLocations.add(name);
            freed += size(ContentPath.locations(name));
        }
        var deadPacks = new ArrayList<Digest>();
        var rewrites = new ArrayList<Garbage.Rewrite>();
        for (Digest name : scan.names(folder.packs())) {
            long size = size(ContentPath.pack(name));
            long used = liveBytes(name);
            if (isYoung(folder.pack(name))) continue;
            if (used == 0) {
                deadPacks.add(name);
                freed += size;
            } else if (100 * (size - used) >= deadPercent * size) {
                rewrites.add(new Garbage.Rewrite(name, size, used));
            }
        }
        return new Garbage(deadIndexes, deadLocations, deadPacks, deadDeltas, rewrites, freed);
    }

    private long liveBytes(Digest pack) {
        long bytes = 0;
        for (Chunk chunk : live.getOrDefault(pack, new TreeMap<>()).values()) {
            bytes += chunk.frameBytes();
        }
        return bytes;
    }

    /// Carries out what [#plan] found.
    void collect(Garbage garbage) throws IOException {
        delete(garbage.deltas());
        Set<Digest> fresh = new HashSet<>();
        for (Garbage.Rewrite rewrite : garbage.rewrites()) fresh.add(rewrite(rewrite.pack()));
        for (Digest name : garbage.indexes()) steps.delete(path(ContentPath.index(name)));
        if (!garbage.indexes().isEmpty()) steps.syncFolder(folder.indexes());
        for (Digest name : garbage.locations()) steps.delete(path(ContentPath.locations(name)));
        if (!garbage.locations().isEmpty()) steps.syncFolder(folder.locations());
        for (Digest name : garbage.packs()) {
            // a run that crashed left it without a use, and now it has one
            if (!fresh.contains(name)) steps.delete(folder.pack(name));
        }
        if (!garbage.packs().isEmpty()) steps.syncFolder(folder.packs());
    }

    /// Gives the name of the new pack.
    private Digest rewrite(Digest old) throws IOException {
        Map<Long, Long> moved = new HashMap<>();
        Locations.Pack fresh = copyLive(old, moved);
        for (Map.Entry<Digest, Locations> entry : locations.entrySet()) {
            Locations before = entry.getValue();
            if (before.packs().stream().noneMatch(pack -> pack.digest().equals(old))) continue;
            Locations after = moved(before, old, fresh, moved);
            Path written = folder.incoming("locations-" + entry.getKey());
            steps.write(written, after.toBytes());
            steps.move(written, path(ContentPath.locations(entry.getKey())));
            entry.setValue(after);
        }
        steps.syncFolder(folder.locations());
        return fresh.digest();
    }

    /// The frames that are in use, each checked, in a new pack. The old one counts as young from
    /// now on.
    private Locations.Pack copyLive(Digest old, Map<Long, Long> moved) throws IOException {
        try (PackFile from = PackFile.open(folder.pack(old));
                PackWriter to = steps.startPack(folder.incoming("pack"))) {
            for (Map.Entry<Long, Chunk> place :
                    live.getOrDefault(old, new TreeMap<>()).entrySet()) {
                Chunk chunk = place.getValue();
                byte[] frame = from.read(place.getKey(), chunk.frameBytes());
                Frame.requireFrame(frame, chunk);
                moved.put(place.getKey(), to.add(chunk, frame));
            }
            Digest name = steps.finishPack(to);
            steps.move(folder.incoming("pack"), folder.pack(name));
            steps.syncFolder(folder.packs());
            steps.touch(folder.pack(old));
            return new Locations.Pack(name, to.sizeBytes());
        } catch (MalformedInput | ContentFault broken) {
            throw new ContentFault.Unsound(ContentPath.pack(old) + ": " + broken.getMessage());
        }
    }

    private static Locations moved(
            Locations before, Digest old, Locations.Pack fresh, Map<Long, Long> offsets) {
        var packs = new ArrayList<Locations.Pack>();
        for (Locations.Pack pack : before.packs()) {
            packs.add(pack.digest().equals(old) ? fresh : pack);
        }
        var places = new ArrayList<Locations.Place>();
        for (Locations.Place place : before.places()) {
            boolean isMoved = before.packs().get(place.pack()).digest().equals(old);
            Long offset = isMoved ? offsets.get(place.offset()) : Long.valueOf(place.offset());
            if (offset == null) throw new IllegalStateException("no new place for " + place);
            places.add(new Locations.Place(place.pack(), offset));
        }
        return new Locations(before.index(), packs, places);
    }

    private boolean isYoung(Path file) throws IOException {
        return Files.getLastModifiedTime(file).toInstant().isAfter(youngest);
    }

    private long size(String path) throws IOException {
        return Files.size(path(path));
    }

    private Path path(String path) {
        return folder.root().resolve(path);
    }
}
