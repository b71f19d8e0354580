// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.image.lock;

import dev.evenkeel.core.Digest;
import dev.evenkeel.core.json.JsonArray;
import dev.evenkeel.core.json.JsonObject;
import java.time.Instant;
import java.util.List;

/// An archive as it was when the lock was made.
///
/// @param id by which packages of the lock name it
/// @param release digest of its signed InRelease file
/// @param date that the InRelease file carries
public record LockedArchive(
        String id,
        String uri,
        String suite,
        List<String> components,
        Digest release,
        Instant date) {
    public LockedArchive {
        components = List.copyOf(components);
    }

    static LockedArchive read(JsonObject json) {
        return new LockedArchive(
                json.text("id"),
                json.text("uri"),
                json.text("suite"),
                json.array("components").texts(),
                new Digest(json.text("in_release_sha256")),
                Instant.parse(json.text("date")));
    }

    JsonObject toJson() {
        return JsonObject.of("id", id)
                .with("uri", uri)
                .with("suite", suite)
                .with("components", JsonArray.ofTexts(components))
                .with("in_release_sha256", release.hex())
                .with("date", date.toString());
    }
}
