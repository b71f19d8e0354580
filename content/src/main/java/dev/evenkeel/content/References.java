// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.content;

import dev.evenkeel.core.Digest;
import dev.evenkeel.core.Limits;
import dev.evenkeel.core.MalformedInput;
import dev.evenkeel.core.Manifest;
import dev.evenkeel.core.Payload;
import dev.evenkeel.core.json.JsonObject;
import dev.evenkeel.core.json.StrictJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/// What leads to the content of a repository: the newest metadata of each role to manifests, and
/// manifests to indexes. Signatures are not checked here (that is for module `trust`): a manifest
/// that nobody signed yet keeps its content too.
///
/// @param releases the manifests that are there, each once, oldest file first
/// @param deltas that the newest metadata name
/// @param problems what is named and missing, or there and broken
record References(List<Release> releases, List<NamedDelta> deltas, List<String> problems) {
    /// A release that a manifest describes.
    record Release(String path, Manifest manifest) {}

    /// A delta that metadata name. A missing one costs nothing but bytes, so it is no problem of
    /// the references.
    ///
    /// @param metadata which
    /// @param target its name there
    /// @param head digest of its prefix and head
    /// @param headBytes length of these
    record NamedDelta(String metadata, String target, Digest head, long headBytes) {}

    References {
        releases = List.copyOf(releases);
        deltas = List.copyOf(deltas);
        problems = List.copyOf(problems);
    }

    /// The indexes that a release needs.
    Set<Digest> indexes() {
        Set<Digest> indexes = new HashSet<>();
        for (Release release : releases) {
            for (Payload payload : release.manifest().payloads()) {
                indexes.add(payload.index().digest());
            }
        }
        return indexes;
    }

    /// The deltas that metadata lead to, by the digests of their heads.
    Set<Digest> deltaHeads() {
        Set<Digest> heads = new HashSet<>();
        for (NamedDelta delta : deltas) heads.add(delta.head());
        return heads;
    }

    static References read(Path root) throws IOException {
        var problems = new ArrayList<String>();
        Map<Digest, Release> releases = new LinkedHashMap<>();
        for (Path file : manifests(root)) {
            String path = root.relativize(file).toString();
            try {
                byte[] bytes = bytes(file, Limits.MANIFEST_BYTES);
                Digest found = Digest.of(bytes);
                if (!ContentPath.isServed(path)) {
                    problems.add(path + ": does not belong into a repository");
                } else if (!String.valueOf(file.getFileName()).startsWith(found + ".")) {
                    problems.add(path + ": was altered, its SHA-256 is " + found);
                } else {
                    releases.putIfAbsent(found, new Release(path, Manifest.read(bytes)));
                }
            } catch (MalformedInput broken) {
                problems.add(path + ": " + broken.getMessage());
            }
        }
        var deltas = new ArrayList<NamedDelta>();
        for (Path file : newestMetadata(root)) readTargets(root, file, deltas, problems);
        return new References(List.copyOf(releases.values()), deltas, problems);
    }

    private static List<Path> manifests(Path root) throws IOException {
        Path targets = root.resolve("targets");
        if (!Files.isDirectory(targets)) return List.of();
        record Dated(Path file, long millis) {}
        var files = new ArrayList<Dated>();
        try (Stream<Path> all = Files.walk(targets)) {
            for (Path file : (Iterable<Path>) all::iterator) {
                boolean isUnfinished = String.valueOf(file.getFileName()).startsWith(".");
                if (Files.isDirectory(file) || isUnfinished) continue;
                files.add(new Dated(file, Files.getLastModifiedTime(file).toMillis()));
            }
        }
        return files.stream()
                .sorted(Comparator.comparingLong(Dated::millis).thenComparing(Dated::file))
                .map(Dated::file)
                .toList();
    }

    /// Of each role the file with the highest number: `7.targets.json`.
    private static List<Path> newestMetadata(Path root) throws IOException {
        Path folder = root.resolve("metadata");
        if (!Files.isDirectory(folder)) return List.of();
        record Numbered(Path file, long number) {}
        var newest = new TreeMap<String, Numbered>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                String name = String.valueOf(file.getFileName());
                if (!name.matches("[0-9]{1,18}\\..+\\.json")) continue;
                int dot = name.indexOf('.');
                var found = new Numbered(file, Long.parseLong(name.substring(0, dot)));
                newest.merge(
                        name.substring(dot),
                        found,
                        (one, other) -> one.number() > other.number() ? one : other);
            }
        }
        return newest.values().stream().map(Numbered::file).toList();
    }

    private static void readTargets(
            Path root, Path file, List<NamedDelta> deltas, List<String> problems)
            throws IOException {
        String path = root.relativize(file).toString();
        try {
            JsonObject metadata =
                    StrictJson.parseObject(
                            bytes(file, Limits.METADATA_BYTES), Limits.METADATA_BYTES);
            JsonObject signed = metadata.object("signed");
            if (!signed.text("_type").equals("targets")) return;
            JsonObject targets = signed.object("targets");
            for (String name : targets.members().keySet()) {
                JsonObject target = targets.object(name);
                if (name.startsWith("deltas/")) deltas.add(delta(path, name, target));
                else checkTarget(root, path, name, target, problems);
            }
        } catch (MalformedInput broken) {
            problems.add(path + ": " + broken.getMessage());
        }
    }

    private static NamedDelta delta(String metadata, String name, JsonObject target) {
        return new NamedDelta(
                metadata,
                name,
                new Digest(target.object("hashes").text("sha256")),
                target.integer("length"));
    }

    private static void checkTarget(
            Path root, String metadata, String name, JsonObject target, List<String> problems)
            throws IOException {
        String digest = target.object("hashes").text("sha256");
        int slash = name.lastIndexOf('/') + 1;
        String path = "targets/" + name.substring(0, slash) + digest + "." + name.substring(slash);
        if (!ContentPath.isServed(path)) return; // no manifest of a release
        Path file = root.resolve(path);
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            problems.add(metadata + ": names " + name + ", and " + path + " is missing");
        } else if (Files.size(file) != target.integer("length")) {
            problems.add(
                    metadata
                            + ": names "
                            + name
                            + " with "
                            + target.integer("length")
                            + " bytes, "
                            + path
                            + " has "
                            + Files.size(file));
        }
    }

    private static byte[] bytes(Path file, int most) throws IOException {
        if (Files.size(file) > most) {
            throw new MalformedInput(
                    "expected at most " + most + " bytes, found " + Files.size(file));
        }
        return Files.readAllBytes(file);
    }
}
