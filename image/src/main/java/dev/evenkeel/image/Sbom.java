// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.image;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.evenkeel.core.json.Json;
import dev.evenkeel.core.json.JsonArray;
import dev.evenkeel.core.json.JsonObject;
import dev.evenkeel.image.blueprint.Blueprint;
import dev.evenkeel.image.lock.Lock;
import dev.evenkeel.image.lock.LockedFile;
import dev.evenkeel.image.lock.LockedPackage;
import java.net.URLEncoder;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/// The SBOM of a release: CycloneDX 1.6 in canonical JSON, made from the packages that are really
/// in the image. Serial number and time follow from the lock, so that it is the same for every
/// builder.
final class Sbom {
    private Sbom() {}

    static byte[] make(Build build, PackageFacts facts) {
        Blueprint blueprint = build.blueprint();
        Lock lock = build.lock();
        String suite = blueprint.archives().getFirst().suite();
        var components = new ArrayList<Json>();
        for (LockedPackage one : lock.image()) {
            components.add(
                    component(one, suite)
                            .with(
                                    "licenses",
                                    Licences.of(
                                            one.name(),
                                            facts.copyrights().getOrDefault(one.name(), ""))));
        }
        if (!lock.agent().isEmpty()) {
            lock.runtime().stream()
                    .filter(one -> one.name().startsWith("openjdk-"))
                    .forEach(one ->
                            components.add(
                                    component(one, suite)
                                            .with(
                                                    "description",
                                                    "the agent's Java runtime is linked from it")));
            lock.agent().forEach(jar -> components.add(component(jar)));
        }
        UUID serial =
                SlotImage.uuid(
                        SlotImage.derived(
                                lock.digest(),
                                "sbom " + blueprint.name() + " " + blueprint.version()));
        JsonObject image =
                JsonObject.of("type", "operating-system")
                        .with("bom-ref", "image")
                        .with("name", blueprint.name())
                        .with("version", blueprint.version().text())
                        .with("description", blueprint.description());
        JsonObject tools =
                JsonObject.of(
                        "components",
                        new JsonArray(
                                List.of(
                                        JsonObject.of("type", "application")
                                                .with("name", "evenkeel"))));
        return JsonObject.of("bomFormat", "CycloneDX")
                .with("specVersion", "1.6")
                .with("serialNumber", "urn:uuid:" + serial)
                .with("version", 1)
                .with(
                        "metadata",
                        JsonObject.of("timestamp", build.time().toString())
                                .with("tools", tools)
                                .with("component", image))
                .with("components", new JsonArray(components))
                .toCanonicalBytes();
    }

    private static JsonObject component(LockedPackage one, String suite) {
        String url = purl(one, suite);
        return JsonObject.of("type", "library")
                .with("bom-ref", url)
                .with("name", one.name())
                .with("version", one.version())
                .with("purl", url)
                .with("hashes", hashes(one.digest().hex()));
    }

    private static JsonObject component(LockedFile jar) {
        return JsonObject.of("type", "library")
                .with("bom-ref", "file/" + jar.name())
                .with("name", jar.name())
                .with("hashes", hashes(jar.digest().hex()));
    }

    private static JsonArray hashes(String sha256) {
        return new JsonArray(List.of(JsonObject.of("alg", "SHA-256").with("content", sha256)));
    }

    /// The package URL of a Debian package (package-url, type "deb").
    static String purl(LockedPackage one, String suite) {
        return "pkg:deb/debian/"
                + encoded(one.name())
                + "@"
                + encoded(one.version())
                + "?arch="
                + one.architecture()
                + "&distro="
                + encoded(suite);
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, UTF_8).replace("%7E", "~");
    }
}
