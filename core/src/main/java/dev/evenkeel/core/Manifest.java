// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.core;

import dev.evenkeel.core.json.Json;
import dev.evenkeel.core.json.JsonArray;
import dev.evenkeel.core.json.JsonObject;
import dev.evenkeel.core.json.StrictJson;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// The signed description of a release for one kind of hardware. A closed world: what it does not
/// name is an error. Format: `docs/formats/manifest.md`. Its name everywhere is the SHA-256 of its
/// bytes as published.
///
/// @param version of the release
/// @param minimum the oldest running version from which this release may be installed
/// @param unknown members that this version of the software does not know; kept when the manifest
///   is written again
public record Manifest(
        FleetId fleet,
        String name,
        Version version,
        String description,
        Compatible compatible,
        Optional<Version> minimum,
        DataFormat dataFormat,
        HealthPolicy health,
        List<Payload> payloads,
        Payload.File sbom,
        Payload.File provenance,
        JsonObject unknown) {
    /// Written by this version of the software, and the newest that it reads.
    public static final int FORMAT = 1;

    private static final Set<String> KNOWN =
            Set.of(
                    "type",
                    "format",
                    "fleet",
                    "name",
                    "release",
                    "description",
                    "compatible",
                    "minimum_release",
                    "data_format",
                    "health",
                    "payloads",
                    "sbom",
                    "provenance");

    public Manifest {
        payloads = List.copyOf(payloads);
        var kinds = EnumSet.noneOf(Payload.Kind.class);
        for (Payload payload : payloads) {
            if (!kinds.add(payload.kind()))
                throw new MalformedInput("manifest: two payloads of kind " + payload.kind());
        }
        if (!kinds.equals(EnumSet.allOf(Payload.Kind.class))) {
            throw new MalformedInput(
                    "manifest: expected one slot_image and one boot_image, found " + kinds);
        }
        if (payloads.stream()
                .anyMatch(p -> (p.kind() == Payload.Kind.SLOT_IMAGE) != p.verity().isPresent())) {
            throw new MalformedInput(
                    "manifest: the slot image, and nothing else, must have verity parameters");
        }
    }

    public static Manifest read(byte[] bytes) {
        try {
            return read(StrictJson.parseObject(bytes, Limits.MANIFEST_BYTES));
        } catch (MalformedInput wrong) {
            throw wrong.in("manifest");
        }
    }

    private static Manifest read(JsonObject json) {
        if (!json.text("type").equals("evenkeel-manifest")) {
            throw new MalformedInput(
                    "member 'type': expected 'evenkeel-manifest', found '"
                            + json.text("type")
                            + "'");
        }
        int format = json.smallInteger("format");
        if (format < 1 || format > FORMAT) {
            throw new MalformedInput(
                    "format "
                            + format
                            + " is newer than "
                            + FORMAT
                            + ", the newest that this version reads; a stepping-stone release is missing");
        }
        var payloads = new ArrayList<Payload>();
        for (JsonObject payload : json.array("payloads").objects()) {
            payloads.add(Payload.read(payload));
        }
        return new Manifest(
                new FleetId(json.text("fleet")),
                json.text("name"),
                new Version(json.text("release")),
                json.text("description"),
                Compatible.read(json.object("compatible")),
                json.optionalText("minimum_release").map(Version::new),
                DataFormat.read(json.object("data_format")),
                HealthPolicy.read(json.object("health")),
                payloads,
                Payload.File.read(json.object("sbom")),
                Payload.File.read(json.object("provenance")),
                json.without(KNOWN));
    }

    public byte[] toBytes() {
        var list = new ArrayList<Json>();
        for (Payload payload : payloads) {
            list.add(payload.toJson());
        }
        JsonObject json =
                JsonObject.of("type", "evenkeel-manifest")
                        .with("format", FORMAT)
                        .with("fleet", fleet.text())
                        .with("name", name)
                        .with("release", version.text())
                        .with("description", description)
                        .with("compatible", compatible.toJson())
                        .with("data_format", dataFormat.toJson())
                        .with("health", health.toJson())
                        .with("payloads", new JsonArray(list))
                        .with("sbom", sbom.toJson())
                        .with("provenance", provenance.toJson());
        if (minimum.isPresent()) json = json.with("minimum_release", minimum.get().text());
        return unknown.withAll(json).toCanonicalBytes();
    }

    public Payload payload(Payload.Kind kind) {
        return payloads.stream().filter(p -> p.kind() == kind).findFirst().orElseThrow();
    }

    /// The TUF target under which a channel offers this release: `channels/prod/qemu-x86/1.1.json`.
    public String targetName(Channel channel) {
        return "channels/" + channel + "/" + compatible.deviceType() + "/" + version + ".json";
    }
}
