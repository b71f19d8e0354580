// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.image;

import dev.evenkeel.core.json.Json;
import dev.evenkeel.core.json.JsonArray;
import dev.evenkeel.core.json.JsonObject;
import dev.evenkeel.image.lock.Lock;
import dev.evenkeel.image.lock.LockedFile;
import dev.evenkeel.image.lock.LockedPackage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// How a release came to be: every input and every tool by name, version and digest. Says nothing
/// about the machine or the moment, because neither plays a part.
final class Provenance {
    private Provenance() {}

    static byte[] make(Build build) throws IOException {
        Lock lock = build.lock();
        var agent = new ArrayList<LockedFile>(lock.agent());
        lock.aotCache().ifPresent(agent::add);
        return JsonObject.of("type", "evenkeel-provenance")
                .with("format", 1)
                .with("name", build.blueprint().name())
                .with("release", build.blueprint().version().text())
                .with("time", build.time().toString())
                .with("blueprint_sha256", ReleaseFile.digest(build.blueprint().file()).hex())
                .with("sources", Sources.of(build.blueprint()))
                .with("lock_sha256", lock.digest().hex())
                .with("builder", "evenkeel")
                .with(
                        "archives",
                        new JsonArray(
                                lock.archives().stream()
                                        .<Json>map(a ->
                                                JsonObject.of("uri", a.uri())
                                                        .with("suite", a.suite())
                                                        .with(
                                                                "in_release_sha256",
                                                                a.release().hex()))
                                        .toList()))
                .with("packages", packages(lock.image()))
                .with("tools", packages(lock.tools()))
                .with("java", packages(lock.runtime()))
                .with(
                        "agent",
                        new JsonArray(
                                agent.stream()
                                        .<Json>map(f ->
                                                JsonObject.of("name", f.name())
                                                        .with("sha256", f.digest().hex()))
                                        .toList()))
                .toCanonicalBytes();
    }

    private static JsonArray packages(List<LockedPackage> set) {
        return new JsonArray(
                set.stream()
                        .<Json>map(p ->
                                JsonObject.of("name", p.name())
                                        .with("version", p.version())
                                        .with("sha256", p.digest().hex()))
                        .toList());
    }
}
