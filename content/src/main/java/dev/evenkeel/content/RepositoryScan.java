// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.content;

import dev.evenkeel.core.Digest;
import dev.evenkeel.core.Limits;
import dev.evenkeel.core.MalformedInput;
import dev.evenkeel.core.Payload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;

/// One walk over a repository folder: to know where its frames lie, or to check every byte. What is
/// broken is left out of the first and is a problem in the second.
final class RepositoryScan {
    private final ContentFolder folder;
    private final List<String> problems = new ArrayList<>();
    private final List<String> leftovers = new ArrayList<>();
    private final Set<Digest> checkedFrames = new HashSet<>();
    private final Set<Digest> usedPacks = new HashSet<>();
    private long bytes;

    /// An index and where its chunks lie, both whole.
    record Entry(Digest name, ChunkIndex index, Locations locations) {}

    RepositoryScan(ContentFolder folder) {
        this.folder = folder;
    }

    /// Where every frame lies that an index and its locations lead to.
    FrameTable frames() throws IOException {
        var table = new FrameTable();
        Map<Locations.Pack, Integer> numbers = new HashMap<>();
        for (Digest name : names(folder.indexes())) {
            Optional<Entry> entry = entry(name);
            if (entry.isEmpty()) continue;
            Locations locations = entry.get().locations();
            List<Chunk> chunks = entry.get().index().chunks();
            for (int i = 0; i < chunks.size(); i++) {
                Locations.Pack pack = locations.packs().get(locations.places().get(i).pack());
                Integer number = numbers.get(pack);
                if (number == null) {
                    number = isThere(pack) ? table.addPack(pack) : -1;
                    numbers.put(pack, number);
                }
                if (number >= 0) table.put(chunks.get(i).frame(), number, locations.offset(i));
            }
        }
        return table;
    }

    /// What was found to be wrong until now.
    List<String> problems() {
        return problems;
    }

    /// @param progress is told each file before it is read
    ContentFolder.Check check(Consumer<String> progress) throws IOException {
        List<Digest> packs = names(folder.packs());
        for (Digest pack : packs) {
            progress.accept(ContentPath.pack(pack));
            checkPack(pack);
        }
        List<Digest> indexes = names(folder.indexes());
        for (Digest index : indexes) {
            progress.accept(ContentPath.index(index));
            Optional<Entry> entry = entry(index);
            if (entry.isPresent()) checkFrames(entry.get());
        }
        List<Digest> deltas = names(folder.deltaFolder());
        for (Digest delta : deltas) {
            progress.accept(ContentPath.delta(delta));
            checkDelta(delta);
        }
        References references = References.read(folder.root());
        checkReferences(references, indexes);
        checkNamedDeltas(references, deltas);
        noteLeftovers(packs, indexes);
        return new ContentFolder.Check(
                indexes.size(), packs.size(), deltas.size(), bytes, problems, leftovers);
    }

    /// Every byte of a delta: its name is the digest of what names the rest.
    private void checkDelta(Digest name) throws IOException {
        Path file = folder.delta(name);
        bytes += Files.size(file);
        try {
            Digest found = StoredDelta.read(file).name();
            if (!found.equals(name)) {
                problems.add(
                        ContentPath.delta(name)
                                + ": was altered, the SHA-256 of its head is "
                                + found);
                return;
            }
            StoredDelta.requireFrames(file);
        } catch (MalformedInput broken) {
            problems.add(ContentPath.delta(name) + ": " + broken.getMessage());
        }
    }

    private void checkNamedDeltas(References references, List<Digest> deltas) throws IOException {
        for (References.NamedDelta named : references.deltas()) {
            String leading = named.metadata() + ": names " + named.target() + ", and ";
            String path = ContentPath.delta(named.head());
            if (!deltas.contains(named.head())) {
                problems.add(leading + path + " is missing");
                continue;
            }
            delta(named.head())
                    .filter(delta ->
                            delta.headBytes().length != named.headBytes()
                                    || !delta.target().equals(named.target()))
                    .ifPresent(delta ->
                            problems.add(
                                    leading
                                            + path
                                            + " is "
                                            + delta.target()
                                            + " with a head of "
                                            + delta.headBytes().length
                                            + " bytes, expected "
                                            + named.headBytes()));
        }
        if (references.releases().isEmpty()) return; // a carrier of content alone
        Set<Digest> named = references.deltaHeads();
        for (Digest delta : deltas) {
            if (!named.contains(delta)) leftovers.add(ContentPath.delta(delta));
        }
    }

    /// The deltas whose heads are whole and are what their names say.
    List<StoredDelta> deltas() throws IOException {
        var found = new ArrayList<StoredDelta>();
        for (Digest name : names(folder.deltaFolder())) delta(name).ifPresent(found::add);
        return found;
    }

    private Optional<StoredDelta> delta(Digest name) throws IOException {
        try {
            return Optional.of(StoredDelta.read(folder.delta(name)))
                    .filter(delta -> delta.name().equals(name));
        } catch (MalformedInput toldByTheCheck) {
            return Optional.empty();
        }
    }

    private void checkReferences(References references, List<Digest> indexes) throws IOException {
        problems.addAll(references.problems());
        for (References.Release release : references.releases()) {
            for (Payload payload : release.manifest().payloads()) {
                checkPayload(release, payload);
            }
        }
        if (references.releases().isEmpty()) return; // a carrier of content alone
        Set<Digest> needed = references.indexes();
        for (Digest index : indexes) {
            if (!needed.contains(index)) leftovers.add(ContentPath.index(index));
        }
    }

    private void checkPayload(References.Release release, Payload payload) throws IOException {
        String path = ContentPath.index(payload.index().digest());
        String leading = release.path() + ": its " + payload.kind().name().toLowerCase(Locale.ROOT);
        if (folder.file(path).isEmpty()) {
            problems.add(leading + " needs " + path + ", which is missing");
            return;
        }
        try {
            ChunkIndex index = ChunkIndex.read(read(path));
            boolean isOfImage =
                    index.image().equals(payload.digest())
                            && index.imageBytes() == payload.sizeBytes();
            if (!isOfImage) problems.add(leading + " is another image than that of " + path);
        } catch (MalformedInput alreadyTold) {
            // the index itself is a problem above
        }
    }

    /// An index with its locations, if both are whole.
    Optional<Entry> entry(Digest name) throws IOException {
        try {
            byte[] indexBytes = read(ContentPath.index(name));
            Digest found = Digest.of(indexBytes);
            if (!found.equals(name)) {
                problems.add(ContentPath.index(name) + ": was altered, its SHA-256 is " + found);
                return Optional.empty();
            }
            ChunkIndex index = ChunkIndex.read(indexBytes);
            Locations locations = Locations.read(read(ContentPath.locations(name)), name);
            locations.requireFits(index);
            return Optional.of(new Entry(name, index, locations));
        } catch (MalformedInput broken) {
            problems.add(ContentPath.index(name) + ": " + broken.getMessage());
        } catch (NoSuchFileException missing) {
            problems.add(ContentPath.index(name) + ": " + missing.getFile() + " is missing");
        }
        return Optional.empty();
    }

    private void checkPack(Digest name) throws IOException {
        bytes += Files.size(folder.pack(name));
        Digest found = ReleaseFolder.digestOf(folder.pack(name));
        if (!found.equals(name)) {
            problems.add(ContentPath.pack(name) + ": was altered, its SHA-256 is " + found);
        }
    }

    private void checkFrames(Entry entry) throws IOException {
        Map<Digest, PackFile> open = new HashMap<>();
        try {
            for (int i = 0; i < entry.index().chunks().size(); i++) {
                checkFrame(entry, i, open);
            }
        } finally {
            for (PackFile pack : open.values()) {
                pack.close();
            }
        }
    }

    private void checkFrame(Entry entry, int number, Map<Digest, PackFile> open)
            throws IOException {
        Chunk chunk = entry.index().chunk(number);
        Digest name = entry.locations().pack(number);
        usedPacks.add(name);
        if (!checkedFrames.add(chunk.frame())) return;
        try {
            PackFile pack = open.get(name);
            if (pack == null) {
                pack = PackFile.open(folder.pack(name));
                open.put(name, pack);
            }
            Frame.unpack(pack.read(entry.locations().offset(number), chunk.frameBytes()), chunk);
        } catch (MalformedInput | ContentFault broken) {
            problems.add(place(entry, number, name) + ": " + broken.getMessage());
        } catch (NoSuchFileException missing) {
            problems.add(place(entry, number, name) + ": the pack is missing");
        }
    }

    private static String place(Entry entry, int number, Digest pack) {
        return ContentPath.pack(pack)
                + " at byte "
                + entry.locations().offset(number)
                + " (chunk "
                + number
                + " of index "
                + entry.name().brief()
                + ")";
    }

    private void noteLeftovers(List<Digest> packs, List<Digest> indexes) throws IOException {
        for (Digest pack : packs) {
            if (!usedPacks.contains(pack)) leftovers.add(ContentPath.pack(pack));
        }
        Set<Digest> known = new HashSet<>(indexes);
        for (Digest name : names(folder.locations())) {
            if (!known.contains(name)) leftovers.add(ContentPath.locations(name));
        }
    }

    private boolean isThere(Locations.Pack pack) throws IOException {
        Path file = folder.pack(pack.digest());
        return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
                && Files.size(file) == pack.sizeBytes();
    }

    private byte[] read(String path) throws IOException {
        Path file = folder.root().resolve(path);
        if (Files.size(file) > Limits.INDEX_BYTES) {
            throw new MalformedInput(
                    path + ": is larger than the limit of " + Limits.INDEX_BYTES + " bytes");
        }
        byte[] content = Files.readAllBytes(file);
        bytes += content.length;
        return content;
    }

    /// The digests that name the files of `inside`, in order; what has another name is a problem.
    List<Digest> names(Path inside) throws IOException {
        if (!Files.isDirectory(inside)) return List.of();
        var names = new ArrayList<Digest>();
        try (Stream<Path> entries = Files.list(inside)) {
            for (Path entry : entries.sorted().toList()) {
                String relative = inside.getFileName() + "/" + entry.getFileName();
                if (folder.file(relative).isPresent()) {
                    names.add(new Digest(entry.getFileName().toString()));
                } else {
                    problems.add(relative + ": does not belong into a repository");
                }
            }
        }
        return names;
    }
}
