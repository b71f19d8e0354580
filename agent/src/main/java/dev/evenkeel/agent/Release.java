// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.agent;

import dev.evenkeel.core.DataFormat;
import dev.evenkeel.core.Digest;
import dev.evenkeel.core.HealthPolicy;
import dev.evenkeel.core.Manifest;
import dev.evenkeel.core.Payload;
import dev.evenkeel.core.Version;
import dev.evenkeel.core.json.Json;
import dev.evenkeel.core.json.JsonArray;
import dev.evenkeel.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What the agent keeps of a verified manifest: enough to write, check, commit and later reuse the
/// release without asking anybody again.
///
/// @param manifest digest of the manifest; empty where the device was flashed without one
/// @param payloads empty where the manifest is not known
record Release(
        Version version,
        Optional<Digest> manifest,
        DataFormat dataFormat,
        HealthPolicy health,
        List<Payload> payloads) {
    Release {
        payloads = List.copyOf(payloads);
    }

    static Release of(Manifest manifest, Digest digest) {
        return new Release(
                manifest.version(),
                Optional.of(digest),
                manifest.dataFormat(),
                manifest.health(),
                manifest.payloads());
    }

    static Release read(JsonObject json) {
        var payloads = new ArrayList<Payload>();
        for (JsonObject payload : json.array("payloads").objects()) {
            payloads.add(Payload.read(payload));
        }
        return new Release(
                new Version(json.text("release")),
                json.optionalText("manifest").map(Digest::new),
                DataFormat.read(json.object("data_format")),
                HealthPolicy.read(json.object("health")),
                payloads);
    }

    JsonObject toJson() {
        var list = new ArrayList<Json>();
        for (Payload payload : payloads) {
            list.add(payload.toJson());
        }
        JsonObject json =
                JsonObject.of("release", version.text())
                        .with("data_format", dataFormat.toJson())
                        .with("health", health.toJson())
                        .with("payloads", new JsonArray(list));
        return manifest.isPresent() ? json.with("manifest", manifest.get().hex()) : json;
    }

    long rawBytes() {
        return payloads.stream().mapToLong(Payload::sizeBytes).sum();
    }

    /// The dm-verity root hash by which the kernel proves that this release runs.
    Optional<Digest> verityRoot() {
        return payloads.stream()
                .flatMap(payload -> payload.verity().stream())
                .map(Payload.Verity::rootHash)
                .findFirst();
    }
}
