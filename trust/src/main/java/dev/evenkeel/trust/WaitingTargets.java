// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.trust;

import dev.evenkeel.core.Limits;
import dev.evenkeel.core.MalformedInput;
import dev.evenkeel.core.json.JsonObject;
import dev.evenkeel.core.json.StrictJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// What waits for signatures that the server cannot give: releases for channels whose keys are
/// elsewhere, and a signed request that is being written. Kept in the repository's folder
/// `.waiting`, which nobody serves.
///
/// @param folder the repository
record WaitingTargets(Path folder, FileSteps steps) {
    private static final int FORM = 1;
    private static final String SUFFIX = ".json";

    /// Written before the first file of an accepted request, removed after the last.
    private static final String ACCEPTED = "accepted-request";

    SortedMap<String, TargetFile> of(String role) throws IOException {
        Path file = file(role);
        if (!Files.exists(file)) return Collections.emptySortedMap();
        try {
            JsonObject json =
                    StrictJson.parseObject(Files.readAllBytes(file), Limits.METADATA_BYTES);
            if (json.smallInteger("version") != FORM) {
                throw new MalformedInput("written by another version of Evenkeel");
            }
            var files = new TreeMap<String, TargetFile>();
            JsonObject targets = json.object("targets");
            for (String name : targets.members().keySet()) {
                files.put(name, TargetFile.read(name, targets.object(name)));
            }
            return files;
        } catch (MalformedInput wrong) {
            throw wrong.in(file.toString());
        }
    }

    void add(String role, TargetFile target) throws IOException {
        var files = new TreeMap<>(of(role));
        files.put(target.name(), target);
        put(role, files);
    }

    /// Forgets what `published` holds now.
    void settle(String role, Map<String, TargetFile> published) throws IOException {
        var files = new TreeMap<>(of(role));
        if (!files.values().removeIf(file -> file.equals(published.get(file.name())))) return;
        put(role, files);
    }

    private void put(String role, Map<String, TargetFile> files) throws IOException {
        if (files.isEmpty()) {
            remove(file(role));
            return;
        }
        JsonObject targets = JsonObject.EMPTY;
        for (TargetFile file : files.values()) {
            targets = targets.with(file.name(), file.toJson());
        }
        JsonObject json = JsonObject.of("targets", targets).with("version", FORM);
        new DurableFolder(place(), steps).put(role + SUFFIX, json.toCanonicalBytes());
    }

    List<String> roles() throws IOException {
        if (!Files.isDirectory(place())) return List.of();
        var roles = new ArrayList<String>();
        try (var files = Files.list(place())) {
            for (Path file : (Iterable<Path>) files.sorted()::iterator) {
                String name = String.valueOf(file.getFileName());
                boolean isRole = name.endsWith(SUFFIX) && !name.startsWith(".");
                if (!isRole || name.equals(ACCEPTED + SUFFIX)) continue;
                roles.add(name.substring(0, name.length() - SUFFIX.length()));
            }
        }
        return roles;
    }

    Optional<SigningRequest> accepted() throws IOException {
        Path file = file(ACCEPTED);
        if (!Files.exists(file)) return Optional.empty();
        return Optional.of(SigningRequest.read(Files.readAllBytes(file)));
    }

    void beginAccepted(SigningRequest request) throws IOException {
        new DurableFolder(place(), steps).put(ACCEPTED + SUFFIX, request.toBytes());
    }

    void endAccepted() throws IOException {
        remove(file(ACCEPTED));
    }

    private void remove(Path file) throws IOException {
        if (Files.deleteIfExists(file)) steps.flushFolder(place());
    }

    private Path place() {
        return folder.resolve(".waiting");
    }

    private Path file(String name) {
        return place().resolve(name + SUFFIX);
    }
}
