// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.image.lock;

import dev.evenkeel.core.Digest;
import dev.evenkeel.image.blueprint.Blueprint.Archive;
import dev.evenkeel.image.process.Child;
import dev.evenkeel.image.process.ChildFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// A private apt: its own sources, keys, lists and an empty system. apt verifies the archives'
/// signatures and resolves; the host's packages and settings play no part.
final class AptRoot {
    private static final Pattern INSTALLED =
            Pattern.compile("Inst (\\S+) (?:\\[\\S+\\] )?\\((\\S+) .*\\[(\\S+)\\]\\).*");

    private final Path folder;
    private final List<Archive> archives;
    private final List<String> ids;
    private final boolean mayBeOutdated;

    /// What apt wants to install: a package that some archive's index describes.
    record Selected(String name, String version, String architecture) {}

    AptRoot(Path parent, List<Archive> archives, List<String> ids) {
        this(parent, archives, ids, false);
    }

    /// @param mayBeOutdated whether signed metadata are good beyond the date that they name. Where
    ///   a mirror lags, an unreleased suite of Debian is a week old soon; nothing that an image is
    ///   made of may come from there.
    AptRoot(Path parent, List<Archive> archives, List<String> ids, boolean mayBeOutdated) {
        this.mayBeOutdated = mayBeOutdated;
        this.archives = List.copyOf(archives);
        this.ids = List.copyOf(ids);
        this.folder =
                parent.resolve(
                        Digest.of(sources().getBytes(java.nio.charset.StandardCharsets.UTF_8))
                                .brief());
    }

    /// Fetches and verifies the archives' metadata.
    void update() {
        try {
            for (String needed :
                    List.of(
                            "etc/apt.conf.d",
                            "etc/preferences.d",
                            "etc/sources.list.d",
                            "etc/trusted.gpg.d",
                            "lists/partial",
                            "cache/archives/partial")) {
                Files.createDirectories(folder.resolve(needed));
            }
            Files.writeString(folder.resolve("status"), "");
            Files.writeString(folder.resolve("etc/sources.list.d/evenkeel.sources"), sources());
            Files.writeString(folder.resolve("etc/preferences.d/previous"), "");
            Files.writeString(folder.resolve("apt.conf"), configuration());
            apt("fetching the archives' signed metadata", List.of("update"));
        } catch (ChildFailure failed) {
            throw new LockFault(String.valueOf(failed.getMessage()), failed);
        } catch (IOException broken) {
            throw new LockFault("cannot prepare " + folder + ": " + broken, broken);
        }
    }

    /// Lets apt choose what satisfies `wishes` on an empty system, without recommended packages.
    /// Where `kept` names a version that the archive still has, it stays.
    List<Selected> resolve(List<String> wishes, Map<String, String> kept) {
        var arguments =
                new ArrayList<>(
                        List.of("install", "--simulate", "--no-install-recommends", "-qq", "-y"));
        arguments.addAll(wishes);
        try {
            Files.writeString(
                    folder.resolve("etc/preferences.d/previous"),
                    kept.entrySet().stream()
                            .map(p ->
                                    "Package: "
                                            + p.getKey()
                                            + "\nPin: version "
                                            + p.getValue()
                                            + "\nPin-Priority: 1001\n")
                            .collect(Collectors.joining("\n")));
            var selected = new ArrayList<Selected>();
            for (String line : apt("resolving the packages", arguments).split("\n", -1)) {
                Matcher installed = INSTALLED.matcher(line);
                if (installed.matches()) {
                    String name = installed.group(1);
                    int colon = name.indexOf(':');
                    selected.add(
                            new Selected(
                                    colon < 0 ? name : name.substring(0, colon),
                                    installed.group(2),
                                    installed.group(3)));
                }
            }
            return selected;
        } catch (ChildFailure failed) {
            throw new LockFault(String.valueOf(failed.getMessage()), failed);
        } catch (IOException broken) {
            throw new LockFault("cannot write into " + folder + ": " + broken, broken);
        }
    }

    /// The archives' indexes, as apt verified them.
    PackageIndex index() {
        String targets =
                apt(
                        "listing the indexes",
                        List.of(
                                "indextargets",
                                "--format",
                                "$(FILENAME)|$(REPO_URI)|$(RELEASE)",
                                "Created-By: Packages"));
        var index = new PackageIndex();
        try {
            for (String line : targets.split("\n", -1)) {
                if (line.isBlank()) continue;
                String[] parts = line.split("\\|", -1);
                if (Files.exists(Path.of(parts[0])))
                    index.add(Path.of(parts[0]), idOf(parts[1], parts[2]));
            }
        } catch (IOException broken) {
            throw new LockFault("cannot read a package index: " + broken, broken);
        }
        return index;
    }

    /// The archives as they are now.
    List<LockedArchive> locked() {
        var locked = new ArrayList<LockedArchive>();
        for (int i = 0; i < archives.size(); i++) {
            Archive archive = archives.get(i);
            Path release = releaseFile(archive);
            locked.add(
                    new LockedArchive(
                            ids.get(i),
                            archive.uri(),
                            archive.suite(),
                            archive.components(),
                            Store.digestOf(release),
                            dateOf(release)));
        }
        return locked;
    }

    private Path releaseFile(Archive archive) {
        String plain =
                archive.uri().replaceFirst("^[a-z]+://", "").replace("_", "%5f").replace('/', '_');
        Path file =
                folder.resolve("lists")
                        .resolve(
                                plain
                                        + "_dists_"
                                        + archive.suite().replace('/', '_')
                                        + "_InRelease");
        if (!Files.exists(file)) {
            throw new LockFault(
                    archive.uri()
                            + " "
                            + archive.suite()
                            + " has no InRelease file; archives without signed metadata cannot be locked");
        }
        return file;
    }

    private static Instant dateOf(Path release) {
        try {
            String date =
                    Files.readAllLines(release).stream()
                            .filter(line -> line.startsWith("Date: "))
                            .findFirst()
                            .orElseThrow(() -> new LockFault(release + " has no date"))
                            .substring(6)
                            .replaceFirst("UTC$", "GMT");
            return ZonedDateTime.parse(
                            date, DateTimeFormatter.RFC_1123_DATE_TIME.withLocale(Locale.ROOT))
                    .toInstant();
        } catch (IOException broken) {
            throw new LockFault("cannot read " + release + ": " + broken, broken);
        }
    }

    private String idOf(String uri, String suite) {
        for (int i = 0; i < archives.size(); i++) {
            Archive archive = archives.get(i);
            if (archive.suite().equals(suite)
                    && (archive.uri() + "/").equals(uri.endsWith("/") ? uri : uri + "/"))
                return ids.get(i);
        }
        throw new LockFault("apt reports an archive that nobody named: " + uri + " " + suite);
    }

    private String apt(String task, List<String> arguments) {
        var command = new ArrayList<>(List.of("apt-get", "-o", "APT::Update::Error-Mode=any"));
        command.addAll(arguments);
        Child child =
                Child.of(task, command).with("APT_CONFIG", folder.resolve("apt.conf").toString());
        String proxy = System.getenv("http_proxy");
        return (proxy == null ? child : child.with("http_proxy", proxy)).run();
    }

    private String sources() {
        return archives.stream()
                .map(a ->
                        "Types: deb\nURIs: "
                                + a.uri()
                                + "\nSuites: "
                                + a.suite()
                                + "\nComponents: "
                                + String.join(" ", a.components())
                                + "\nArchitectures: amd64"
                                + (mayBeOutdated ? "\nCheck-Valid-Until: no" : "")
                                + "\nSigned-By: "
                                + a.keyring()
                                + "\n")
                .collect(Collectors.joining("\n"));
    }

    private String configuration() {
        return """
        Dir "%1$s/";
        Dir::Etc "%1$s/etc/";
        Dir::Etc::main "none";
        Dir::Etc::parts "%1$s/etc/apt.conf.d";
        Dir::State "%1$s/";
        Dir::State::lists "%1$s/lists/";
        Dir::State::status "%1$s/status";
        Dir::Cache "%1$s/cache/";
        Dir::Log "%1$s/";
        Dir::Bin::methods "/usr/lib/apt/methods";
        Dir::Bin::solvers "/usr/lib/apt/solvers";
        Dir::Bin::planners "/usr/lib/apt/planners";
        APT::Architecture "amd64";
        APT::Architectures { "amd64"; };
        APT::Install-Recommends "false";
        APT::Sandbox::User "";
        Acquire::Languages "none";
        Acquire::Retries "3";
        """
                .formatted(folder);
    }
}
