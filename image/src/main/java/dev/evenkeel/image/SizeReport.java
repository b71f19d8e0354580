// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.image;

import com.github.luben.zstd.Zstd;
import dev.evenkeel.core.json.Json;
import dev.evenkeel.core.json.JsonArray;
import dev.evenkeel.core.json.JsonObject;
import dev.evenkeel.core.json.PrettyJson;
import dev.evenkeel.image.tree.Node;
import dev.evenkeel.image.tree.Tree;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// What each package costs in the slot. The filesystem packs files of several packages together, so
/// a package's share is its files' size after a quick compression, scaled to the real filesystem.
///
/// @param filesystemBytes of the filesystem without its verity tree
/// @param parts the largest first
public record SizeReport(long filesystemBytes, List<Part> parts) {
    private static final int QUICK = 1;

    /// A package, or what belongs to none: `(agent)`, `(build)`.
    public record Part(String name, int files, long installedBytes, long packedBytes) {
        JsonObject toJson() {
            return JsonObject.of("name", name)
                    .with("files", files)
                    .with("installed_bytes", installedBytes)
                    .with("packed_bytes", packedBytes);
        }
    }

    public SizeReport {
        parts = List.copyOf(parts);
    }

    static SizeReport measure(Tree tree, Map<String, String> owners, long filesystemBytes)
            throws IOException {
        Map<String, Part> parts = new TreeMap<>();
        for (Map.Entry<String, Node> entry : tree.nodes().entrySet()) {
            if (!(entry.getValue() instanceof Node.File file)) continue;
            byte[] content = file.content().bytes();
            var one =
                    new Part(
                            owner(entry.getKey(), owners),
                            1,
                            content.length,
                            Math.min(content.length, Zstd.compress(content, QUICK).length));
            parts.merge(one.name(), one, SizeReport::sum);
        }
        long quick = parts.values().stream().mapToLong(Part::packedBytes).sum();
        var scaled = new ArrayList<Part>();
        for (Part part : parts.values()) {
            long share =
                    quick == 0
                            ? 0
                            : Math.round((double) part.packedBytes() * filesystemBytes / quick);
            scaled.add(new Part(part.name(), part.files(), part.installedBytes(), share));
        }
        scaled.sort(
                Comparator.comparingLong(Part::packedBytes).reversed().thenComparing(Part::name));
        return new SizeReport(filesystemBytes, scaled);
    }

    String toJson() {
        return PrettyJson.write(
                JsonObject.of("type", "evenkeel-size-report")
                        .with("format", 1)
                        .with("filesystem_bytes", filesystemBytes)
                        .with(
                                "parts",
                                new JsonArray(parts.stream().<Json>map(Part::toJson).toList())));
    }

    private static Part sum(Part one, Part other) {
        return new Part(
                one.name(),
                one.files() + other.files(),
                one.installedBytes() + other.installedBytes(),
                one.packedBytes() + other.packedBytes());
    }

    private static String owner(String path, Map<String, String> owners) {
        String owner = owners.get(path);
        if (owner != null) return owner;
        if (path.startsWith("usr/lib/evenkeel/runtime/")) return "(agent's Java runtime)";
        return path.startsWith("usr/lib/evenkeel/") ? "(agent)" : "(build)";
    }
}
