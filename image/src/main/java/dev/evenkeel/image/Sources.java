// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.image;

import dev.evenkeel.core.json.Json;
import dev.evenkeel.core.json.JsonArray;
import dev.evenkeel.core.json.JsonObject;
import dev.evenkeel.image.blueprint.Blueprint;
import dev.evenkeel.image.blueprint.Blueprint.ExtraFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// Every file of the author's that a build reads, for the provenance: the blueprint and those that
/// it extends, overlays, files, health checks, hooks. Named by its part and its name there, never
/// by where it lies on the builder.
final class Sources {
    private final List<Json> all = new ArrayList<>();

    private Sources() {}

    static JsonArray of(Blueprint blueprint) throws IOException {
        var sources = new Sources();
        sources.add("blueprint", List.of(blueprint.file()));
        sources.add("extends", blueprint.bases());
        for (Path overlay : blueprint.overlays()) sources.addTree(overlay);
        for (ExtraFile file : blueprint.files()) {
            if (file.source() instanceof ExtraFile.Source.Copy(Path source)) {
                sources.add("files", file.path(), source);
            }
        }
        sources.add("health.required", blueprint.health().required());
        sources.add("health.wanted", blueprint.health().wanted());
        sources.add("hooks.build", blueprint.hooks());
        return new JsonArray(sources.all);
    }

    private void add(String part, List<Path> files) throws IOException {
        for (Path file : files) add(part, file.getFileName().toString(), file);
    }

    private void addTree(Path overlay) throws IOException {
        try (Stream<Path> entries = Files.walk(overlay)) {
            for (Path entry : entries.sorted().toList()) {
                String name = overlay.relativize(entry).toString();
                if (Files.isSymbolicLink(entry)) {
                    all.add(
                            source("overlay", name)
                                    .with("link", Files.readSymbolicLink(entry).toString()));
                } else if (Files.isRegularFile(entry)) {
                    add("overlay", name, entry);
                }
            }
        }
    }

    private void add(String part, String name, Path file) throws IOException {
        all.add(source(part, name).with("sha256", ReleaseFile.digest(file).hex()));
    }

    private static JsonObject source(String part, String name) {
        return JsonObject.of("part", part).with("name", name);
    }
}
