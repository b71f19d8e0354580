// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.content;

import dev.evenkeel.core.Digest;
import dev.evenkeel.core.Payload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// What the releases of a repository really cost. Each frame is on the account of the oldest
/// release that uses it.
///
/// @param releases oldest first
/// @param packs how many there are
/// @param unusedBytes of the packs, that no release uses
/// @param deltas that are named, by device type and release
/// @param deltaBytes of all deltas, named or not
public record RepositoryStats(
        List<ReleaseCost> releases,
        int packs,
        long packBytes,
        long unusedBytes,
        long otherBytes,
        List<DeltaCost> deltas,
        long deltaBytes) {
    /// What one release costs.
    ///
    /// @param imageBytes of its images as a device has them
    /// @param chunks distinct ones
    /// @param newBytes of frames that no older release uses
    /// @param sharedBytes of frames that an older one uses too
    /// @param indexBytes of its indexes
    public record ReleaseCost(
            String name,
            String deviceType,
            String release,
            long imageBytes,
            int chunks,
            int newChunks,
            long newBytes,
            long sharedBytes,
            long indexBytes) {}

    /// What one delta costs.
    ///
    /// @param from the releases with the old image, oldest first
    /// @param to the releases with the new one
    public record DeltaCost(
            String deviceType, Payload.Kind kind, List<String> from, List<String> to, long bytes) {
        public DeltaCost {
            from = List.copyOf(from);
            to = List.copyOf(to);
        }
    }

    public RepositoryStats {
        releases = List.copyOf(releases);
        deltas = List.copyOf(deltas);
    }

    static RepositoryStats of(ContentFolder folder) throws IOException {
        References references = References.read(folder.root());
        var scan = new RepositoryScan(folder);
        Set<Digest> before = new HashSet<>();
        var releases = new ArrayList<ReleaseCost>();
        long used = 0;
        for (References.Release release : references.releases()) {
            ReleaseCost cost = cost(release, scan, before);
            releases.add(cost);
            used += cost.newBytes();
        }
        long packBytes = 0;
        List<Digest> packs = scan.names(folder.packs());
        for (Digest pack : packs) {
            packBytes += Files.size(folder.pack(pack)) - PackWriter.HEADER_BYTES;
        }
        long other = bytes(folder, scan.names(folder.indexes()), true);
        other += bytes(folder, scan.names(folder.locations()), false);
        long deltaBytes = 0;
        for (Digest delta : scan.names(folder.deltaFolder())) {
            deltaBytes += Files.size(folder.delta(delta));
        }
        return new RepositoryStats(
                releases,
                packs.size(),
                packBytes,
                Math.max(0, packBytes - used),
                other,
                deltas(references, scan),
                deltaBytes);
    }

    private static List<DeltaCost> deltas(References references, RepositoryScan scan)
            throws IOException {
        Set<Digest> named = references.deltaHeads();
        var costs = new ArrayList<DeltaCost>();
        for (StoredDelta delta : scan.deltas()) {
            if (!named.contains(delta.name())) continue;
            for (References.Release release : references.releases()) {
                Optional<Payload> made =
                        release.manifest().payloads().stream()
                                .filter(payload -> payload.digest().equals(delta.fresh()))
                                .findFirst();
                if (made.isEmpty()) continue;
                costs.add(
                        new DeltaCost(
                                release.manifest().compatible().deviceType().text(),
                                made.get().kind(),
                                versions(references, delta.old()),
                                versions(references, delta.fresh()),
                                delta.sizeBytes()));
                break;
            }
        }
        costs.sort(
                Comparator.comparing(DeltaCost::deviceType)
                        .thenComparing(cost -> String.join(" ", cost.to()))
                        .thenComparing(cost -> String.join(" ", cost.from()))
                        .thenComparing(DeltaCost::kind));
        return costs;
    }

    private static List<String> versions(References references, Digest image) {
        return references.releases().stream()
                .map(References.Release::manifest)
                .filter(manifest ->
                        manifest.payloads().stream()
                                .anyMatch(payload -> payload.digest().equals(image)))
                .map(manifest -> manifest.version().text())
                .toList();
    }

    private static ReleaseCost cost(
            References.Release release, RepositoryScan scan, Set<Digest> before)
            throws IOException {
        Set<Digest> own = new HashSet<>();
        long imageBytes = 0;
        long indexBytes = 0;
        long newBytes = 0;
        long sharedBytes = 0;
        int newChunks = 0;
        for (Payload payload : release.manifest().payloads()) {
            imageBytes += payload.sizeBytes();
            indexBytes += payload.index().sizeBytes();
            Optional<RepositoryScan.Entry> entry = scan.entry(payload.index().digest());
            if (entry.isEmpty()) continue;
            for (Chunk chunk : entry.get().index().chunks()) {
                if (!own.add(chunk.frame())) continue;
                if (before.contains(chunk.frame())) {
                    sharedBytes += chunk.frameBytes();
                } else {
                    newBytes += chunk.frameBytes();
                    newChunks++;
                }
            }
        }
        before.addAll(own);
        return new ReleaseCost(
                release.manifest().name(),
                release.manifest().compatible().deviceType().text(),
                release.manifest().version().text(),
                imageBytes,
                own.size(),
                newChunks,
                newBytes,
                sharedBytes,
                indexBytes);
    }

    private static long bytes(ContentFolder folder, List<Digest> names, boolean isIndex)
            throws IOException {
        long bytes = 0;
        for (Digest name : names) {
            Path file =
                    folder.root()
                            .resolve(
                                    isIndex
                                            ? ContentPath.index(name)
                                            : ContentPath.locations(name));
            bytes += Files.size(file);
        }
        return bytes;
    }
}
