// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.image.lock;

import dev.evenkeel.image.blueprint.Blueprint;
import dev.evenkeel.image.blueprint.Blueprint.Archive;
import dev.evenkeel.image.process.Progress;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/// Turns a blueprint into a lock: apt resolves, the archives' signatures vouch for every digest,
/// and every input ends in the store.
public final class Locker {
    private static final Archive DEBIAN =
            new Archive(
                    "http://deb.debian.org/debian",
                    "trixie",
                    List.of("main"),
                    Path.of("/usr/share/keyrings/debian-archive-keyring.gpg"));

    private final Store store;
    private final AgentBundle agent;
    private final Progress progress;

    public Locker(Store store, AgentBundle agent, Progress progress) {
        this.store = store;
        this.agent = agent;
        this.progress = progress;
    }

    /// Makes a lock. With a `previous` one, the versions that it names stay; without, everything is
    /// resolved anew.
    public Lock lock(Blueprint blueprint, Optional<Lock> previous) {
        return lock(blueprint, previous, Set.of());
    }

    /// Makes a lock in which only the packages of `renewed` may be newer than in `previous`: those
    /// of the image, or of the tools and the Java where the image has none of the name. Where
    /// another one could not stay, because the archives dropped it or because something wants a
    /// newer one, that is a fault: no version ever changes in silence.
    public Lock lock(Blueprint blueprint, Optional<Lock> previous, Set<String> renewed) {
        List<Archive> archives = blueprint.archives();
        List<Archive> toolArchives = archives.contains(DEBIAN) ? archives : List.of(DEBIAN);
        refuseMissingKeyrings(archives);
        List<String> wanted = Wishes.image(blueprint);
        refuseUnknown(renewed, previous);
        if (renewed.isEmpty() && previous.isPresent() && previous.get().wanted().equals(wanted)) {
            progress.note("the lock holds all that the blueprint asks for; nothing is resolved");
            progress.stage("fetch");
            fetch(previous.get());
            return previous.get().withAgent(agent, store);
        }

        progress.stage("archives");
        var image = new AptRoot(store.cache("apt"), archives, ids(archives));
        image.update();
        AptRoot tools = image;
        List<LockedArchive> locked = new ArrayList<>(image.locked());
        if (!toolArchives.equals(archives)) {
            tools = new AptRoot(store.cache("apt"), toolArchives, List.of("tools"));
            tools.update();
            locked.addAll(tools.locked());
        }

        progress.stage("resolve");
        PackageIndex imageIndex = image.index();
        PackageIndex toolIndex = tools == image ? imageIndex : tools.index();
        Set<String> freeInImage = new HashSet<>(renewed);
        blueprint.packages().stream()
                .filter(p -> !p.version().equals("*"))
                .forEach(p -> freeInImage.add(p.name()));
        // the same library may be in the image and under the tools: only the image is meant then
        Set<String> freeElsewhere = new HashSet<>(renewed);
        previous.ifPresent(old -> old.image().forEach(p -> freeElsewhere.remove(p.name())));
        var lock =
                new Lock(
                        blueprint.name(),
                        wanted,
                        locked,
                        resolve(
                                image,
                                imageIndex,
                                "the image",
                                aptWishes(blueprint),
                                kept(previous.map(Lock::image), freeInImage)),
                        resolve(
                                tools,
                                toolIndex,
                                "the tools",
                                Wishes.TOOLS,
                                kept(previous.map(Lock::tools), freeElsewhere)),
                        resolve(
                                tools,
                                toolIndex,
                                "the Java runtime",
                                Wishes.RUNTIME,
                                kept(previous.map(Lock::runtime), freeElsewhere)),
                        List.of(),
                        Optional.empty());

        progress.stage("fetch");
        fetch(lock);
        return lock.withAgent(agent, store);
    }

    /// Programs beside the tools of `lock`, for work that no build needs: `names` with what they
    /// depend on and `lock` does not bring, resolved now and fetched.
    ///
    /// @param suite of Debian
    public List<LockedPackage> more(String suite, List<String> names, Lock lock) {
        var archive = new Archive(DEBIAN.uri(), suite, DEBIAN.components(), DEBIAN.keyring());
        refuseMissingKeyrings(List.of(archive));
        var apt = new AptRoot(store.cache("apt"), List.of(archive), List.of(suite), true);
        apt.update();
        Set<String> there =
                lock.tools().stream().map(LockedPackage::name).collect(Collectors.toSet());
        List<LockedPackage> set =
                apt.index().findAll(apt.resolve(names, Map.of())).stream()
                        .filter(found -> !there.contains(found.name()))
                        .toList();
        fetch(set, Map.of(suite, archive.uri()));
        return set;
    }

    /// Fetches whatever of `lock` the store does not hold, for a builder that got the lock from
    /// somebody else. Archives drop old versions; then it says which.
    public void fetch(Lock lock) {
        fetch(
                lock.allPackages(),
                lock.archives().stream()
                        .collect(Collectors.toMap(LockedArchive::id, LockedArchive::uri)));
    }

    /// @param uris of the archives, by their ids
    private void fetch(List<LockedPackage> packages, Map<String, String> uris) {
        var wanted = new ArrayList<Downloads.Wanted>();
        for (LockedPackage p : packages) {
            String archive = uris.get(p.archive());
            if (archive == null)
                throw new LockFault(
                        "the lock names no archive '"
                                + p.archive()
                                + "', from which "
                                + p
                                + " comes");
            wanted.add(
                    new Downloads.Wanted(
                            p.toString(), uri(archive, p.path()), p.sizeBytes(), p.digest()));
        }
        new Downloads(store, progress).fetch(wanted);
    }

    private List<LockedPackage> resolve(
            AptRoot apt,
            PackageIndex index,
            String what,
            List<String> wishes,
            Map<String, String> kept) {
        List<LockedPackage> set = index.findAll(apt.resolve(wishes, kept));
        refuseMoved(set, kept, what);
        long bytes = set.stream().mapToLong(LockedPackage::sizeBytes).sum();
        progress.note(what + ": " + set.size() + " packages, " + (bytes >> 20) + " MiB");
        return set;
    }

    /// The versions that have to stay, by package.
    private static Map<String, String> kept(Optional<List<LockedPackage>> set, Set<String> free) {
        return set.orElse(List.of()).stream()
                .filter(p -> !free.contains(p.name()))
                .collect(
                        Collectors.toMap(
                                LockedPackage::name, LockedPackage::version, (one, _) -> one));
    }

    private static void refuseMoved(
            List<LockedPackage> set, Map<String, String> kept, String what) {
        List<String> moved =
                set.stream()
                        .filter(p -> !p.version().equals(kept.getOrDefault(p.name(), p.version())))
                        .map(p -> p.name() + " " + kept.get(p.name()) + " -> " + p.version())
                        .toList();
        if (moved.isEmpty()) return;
        throw new LockFault(
                "the lock's versions of "
                        + what
                        + " cannot all stay, because the archives no longer have them or something that is asked for needs others:\n"
                        + String.join("\n", moved).indent(2)
                        + "take these with --update-package NAME for each, or the newest of everything with --update");
    }

    private static void refuseUnknown(Set<String> renewed, Optional<Lock> previous) {
        Set<String> known =
                previous.map(Lock::allPackages).orElse(List.of()).stream()
                        .map(LockedPackage::name)
                        .collect(Collectors.toSet());
        List<String> unknown =
                renewed.stream().filter(name -> !known.contains(name)).sorted().toList();
        if (!unknown.isEmpty()) {
            throw new LockFault(
                    "cannot update what the lock does not name: " + String.join(", ", unknown));
        }
    }

    private static List<String> aptWishes(Blueprint blueprint) {
        var wishes = new ArrayList<>(Wishes.DEVICE);
        wishes.add("?essential");
        blueprint.packages().forEach(p -> wishes.add(p.wish()));
        return wishes;
    }

    private static void refuseMissingKeyrings(List<Archive> archives) {
        for (Archive archive : archives) {
            if (!Files.isReadable(archive.keyring())) {
                throw new LockFault(
                        "the keyring "
                                + archive.keyring()
                                + " of "
                                + archive.uri()
                                + " cannot be read; install debian-archive-keyring or name another with 'keyring'");
            }
        }
    }

    /// A short name for each archive: its suite, numbered where two have the same.
    private static List<String> ids(List<Archive> archives) {
        Map<String, Integer> seen = new HashMap<>();
        return archives.stream()
                .map(
                        (Function<Archive, String>)
                                archive -> {
                                    int count = seen.merge(archive.suite(), 1, Integer::sum);
                                    return count == 1
                                            ? archive.suite()
                                            : archive.suite() + "#" + count;
                                })
                .toList();
    }

    private static URI uri(String archive, String path) {
        try {
            URI base = URI.create(archive + "/");
            return base.resolve(new URI(null, null, path, null).getRawPath());
        } catch (URISyntaxException wrong) {
            throw new LockFault("not a path in an archive: '" + path + "'", wrong);
        }
    }
}
