// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.cli;

import dev.evenkeel.content.ContentFault;
import dev.evenkeel.content.ContentFolder;
import dev.evenkeel.core.Channel;
import dev.evenkeel.core.Digest;
import dev.evenkeel.core.Limits;
import dev.evenkeel.core.MalformedInput;
import dev.evenkeel.core.Manifest;
import dev.evenkeel.core.json.Json;
import dev.evenkeel.core.json.JsonArray;
import dev.evenkeel.core.json.JsonFlag;
import dev.evenkeel.core.json.JsonObject;
import dev.evenkeel.trust.Explanation;
import dev.evenkeel.trust.Explanation.Step;
import dev.evenkeel.trust.MetadataSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Why a release is trusted, or not, step by step.
record ReleaseProof(List<Step> steps, boolean isTrusted) {
    ReleaseProof {
        steps = List.copyOf(steps);
    }

    static ReleaseProof of(Path path, @Nullable Path root, @Nullable Path repository, Instant now)
            throws IOException {
        var steps = new ArrayList<Step>();
        boolean isFolder = Files.isDirectory(path);
        Path file = isFolder ? path.resolve("manifest.json") : path;
        if (!Files.isRegularFile(file)) {
            throw CommandFault.refused(
                    path + " is no release: expected a folder with manifest.json, or a manifest");
        }
        Path from = repository != null ? repository : isFolder ? null : repositoryOf(path);
        try {
            if (Files.size(file) > Limits.MANIFEST_BYTES) {
                throw new MalformedInput("it has more than " + Limits.MANIFEST_BYTES + " bytes");
            }
            byte[] bytes = Files.readAllBytes(file);
            Manifest manifest = Manifest.read(bytes);
            steps.add(
                    new Step(
                            true,
                            "manifest of "
                                    + manifest.name()
                                    + " "
                                    + manifest.version()
                                    + " for fleet "
                                    + manifest.fleet()
                                    + ", SHA-256 "
                                    + Digest.of(bytes).brief()));
            if (isFolder) content(path, manifest, steps);
            if (from == null) {
                steps.add(
                        new Step(
                                false,
                                "nobody has signed a release folder: signatures are in the"
                                        + " repository that offers it; name it with --repository"));
                return new ReleaseProof(steps, false);
            }
            Path type = file.toAbsolutePath().normalize().getParent();
            Path channel = type == null ? null : type.getParent();
            Collection<String> channels =
                    isFolder || repository != null || channel == null
                            ? channels(from)
                            : List.of(String.valueOf(channel.getFileName()));
            return signed(manifest, bytes, root, from, channels, now, steps);
        } catch (MalformedInput | ContentFault wrong) {
            steps.add(new Step(false, file + ": " + wrong.getMessage()));
            return new ReleaseProof(steps, false);
        }
    }

    private static void content(Path folder, Manifest manifest, List<Step> steps)
            throws IOException {
        ContentFolder.checkRelease(folder, manifest);
        steps.add(
                new Step(
                        true,
                        manifest.payloads().size()
                                + " images, their indexes, SBOM and provenance are exactly what the"
                                + " manifest names, and nothing else is there"));
    }

    private static ReleaseProof signed(
            Manifest manifest,
            byte[] bytes,
            @Nullable Path root,
            Path repository,
            Collection<String> channels,
            Instant now,
            List<Step> steps)
            throws IOException {
        Path metadata = repository.resolve("metadata");
        Path begin = root != null ? root : metadata.resolve("1.root.json");
        if (root == null) {
            steps.add(
                    new Step(
                            true,
                            "no --root was named: this begins with the repository's own first root,"
                                    + " which proves nothing to who does not trust the repository"));
        }
        byte[] rootBytes = SmallFiles.read(begin);
        Explanation furthest = null;
        for (String channel : channels) {
            Explanation one =
                    Explanation.of(
                            MetadataSource.ofFolder(metadata),
                            rootBytes,
                            manifest.targetName(new Channel(channel)),
                            bytes,
                            now);
            if (one.isTrusted()) {
                steps.addAll(one.steps());
                return new ReleaseProof(steps, true);
            }
            // a channel that names it and offers other bytes says more than one that does not
            if (furthest == null || one.steps().size() > furthest.steps().size()) furthest = one;
        }
        if (furthest == null) {
            steps.add(new Step(false, repository + ": no channel offers it, nor anything else"));
        } else {
            steps.addAll(furthest.steps());
        }
        return new ReleaseProof(steps, false);
    }

    private static TreeSet<String> channels(Path repository) throws IOException {
        var names = new TreeSet<String>();
        Path folder = repository.resolve("targets/channels");
        if (!Files.isDirectory(folder)) return names;
        try (var channels = Files.list(folder)) {
            channels.forEach(channel -> names.add(String.valueOf(channel.getFileName())));
        }
        return names;
    }

    /// `<repository>/targets/channels/<channel>/<device type>/<file>`.
    private static @Nullable Path repositoryOf(Path manifest) {
        Path folder = manifest.toAbsolutePath().normalize();
        for (int up = 0; up < 5; up++) {
            Path parent = folder.getParent();
            if (parent == null) return null;
            folder = parent;
        }
        return Files.isDirectory(folder.resolve("metadata")) ? folder : null;
    }

    List<String> lines() {
        var lines = new ArrayList<String>();
        for (Step step : steps) lines.add((step.isGood() ? "ok   " : "NO   ") + step.told());
        lines.add(isTrusted ? "trusted" : "not trusted");
        return lines;
    }

    JsonObject toJson() {
        List<Json> list =
                steps.stream()
                        .<Json>map(step ->
                                JsonObject.of("good", new JsonFlag(step.isGood()))
                                        .with("told", step.told()))
                        .toList();
        return JsonObject.of("steps", new JsonArray(list)).with("trusted", isTrusted);
    }
}
