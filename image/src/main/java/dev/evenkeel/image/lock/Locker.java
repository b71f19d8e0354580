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
import java.util.List;
import java.util.Map;
import java.util.Optional;
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

    /// Makes a lock. With a `previous` one, versions that it names stay where the archives still
    /// have them; without, everything is resolved anew.
    public Lock lock(Blueprint blueprint, Optional<Lock> previous) {
        List<Archive> archives = blueprint.archives();
        List<Archive> toolArchives = archives.contains(DEBIAN) ? archives : List.of(DEBIAN);
        refuseMissingKeyrings(archives);
        List<String> wanted = Wishes.image(blueprint);
        if (previous.isPresent() && previous.get().wanted().equals(wanted)) {
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
                                previous.map(Lock::image)),
                        resolve(
                                tools,
                                toolIndex,
                                "the tools",
                                Wishes.TOOLS,
                                previous.map(Lock::tools)),
                        resolve(
                                tools,
                                toolIndex,
                                "the Java runtime",
                                Wishes.RUNTIME,
                                previous.map(Lock::runtime)),
                        List.of(),
                        Optional.empty());

        progress.stage("fetch");
        fetch(lock);
        return lock.withAgent(agent, store);
    }

    /// Fetches whatever of `lock` the store does not hold, for a builder that got the lock from
    /// somebody else. Archives drop old versions; then it says which.
    public void fetch(Lock lock) {
        Map<String, String> uris =
                lock.archives().stream()
                        .collect(Collectors.toMap(LockedArchive::id, LockedArchive::uri));
        var wanted = new ArrayList<Downloads.Wanted>();
        for (LockedPackage p : lock.allPackages()) {
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
            Optional<List<LockedPackage>> previous) {
        Map<String, String> kept =
                previous.orElse(List.of()).stream()
                        .collect(
                                Collectors.toMap(
                                        LockedPackage::name,
                                        LockedPackage::version,
                                        (one, _) -> one));
        List<LockedPackage> set = index.findAll(apt.resolve(wishes, kept));
        long bytes = set.stream().mapToLong(LockedPackage::sizeBytes).sum();
        progress.note(what + ": " + set.size() + " packages, " + (bytes >> 20) + " MiB");
        return set;
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
