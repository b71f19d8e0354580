// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.fleet;

import dev.evenkeel.core.Channel;
import dev.evenkeel.core.DeviceType;
import dev.evenkeel.core.Version;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// The releases that the fleet can roll out. A version of a device type is one release for ever: it
/// can come to further channels, but never become another.
public final class Releases {
    private final FleetRepository repository;
    private final Journal journal;
    private final FleetListener listener;
    private volatile List<Release> releases;

    Releases(
            FleetRepository repository,
            Journal journal,
            FleetListener listener,
            List<Release> kept) {
        this.repository = repository;
        this.journal = journal;
        this.listener = listener;
        this.releases = List.copyOf(kept);
    }

    /// All releases, newest version first.
    public List<Release> list() {
        return releases.stream().sorted(Comparator.comparing(Release::version).reversed()).toList();
    }

    public Optional<Release> find(DeviceType type, Version version) {
        return releases.stream()
                .filter(r -> r.compatible().deviceType().equals(type))
                .filter(r -> r.version().equals(version))
                .findFirst();
    }

    /// The release of that version; `type` may be left out while it is not ambiguous.
    public Release show(Version version, Optional<DeviceType> type) {
        List<Release> found =
                releases.stream()
                        .filter(r -> r.version().equals(version))
                        .filter(r ->
                                type.isEmpty() || r.compatible().deviceType().equals(type.get()))
                        .toList();
        if (found.isEmpty()) {
            throw new FleetException.Unknown(
                    "release "
                            + version
                            + type.map(t -> " for " + t).orElse("")
                            + " was not published");
        }
        if (found.size() > 1) {
            throw new FleetException.Contradiction(
                    "release "
                            + version
                            + " exists for several device types ("
                            + String.join(
                                    ", ",
                                    found.stream()
                                            .map(r -> r.compatible().deviceType().text())
                                            .toList())
                            + "); name one");
        }
        return found.getFirst();
    }

    /// Throws unless `wanted` may be published: its version is new, or it is the same release.
    public void check(Release wanted) {
        find(wanted.compatible().deviceType(), wanted.version())
                .filter(known -> !known.manifest().equals(wanted.manifest()))
                .ifPresent(known -> {
                    throw new FleetException.Contradiction(
                            "release "
                                    + wanted.version()
                                    + " for "
                                    + wanted.compatible().deviceType()
                                    + " was published already with manifest "
                                    + known.manifest().brief()
                                    + "; this one is "
                                    + wanted.manifest().brief()
                                    + ". Give it another version.");
                });
    }

    /// Takes the release up, or into one more channel.
    public synchronized Release publish(Release wanted, PackageList packages) {
        check(wanted);
        Optional<Release> known = find(wanted.compatible().deviceType(), wanted.version());
        Release release = wanted;
        if (known.isPresent()) {
            release = known.get();
            for (Channel channel : wanted.channels()) release = release.in(channel);
        }
        journal.now(List.of(new FleetChange.ReleaseKept(release, packages)));
        var next = new ArrayList<>(releases);
        known.ifPresent(next::remove);
        next.add(release);
        releases = List.copyOf(next);
        listener.changed(new FleetListener.News.ReleasePublished(release.version()));
        return release;
    }

    public PackageList packages(Release release) {
        return repository.packages(release.manifest()).orElse(PackageList.EMPTY);
    }
}
