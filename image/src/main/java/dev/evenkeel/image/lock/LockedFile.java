// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.image.lock;

import dev.evenkeel.core.Digest;
import dev.evenkeel.core.json.JsonObject;

/// A locked input that is no package: a jar of the agent, its AOT cache.
public record LockedFile(String name, long sizeBytes, Digest digest) {
    static LockedFile read(JsonObject json) {
        return new LockedFile(
                json.text("name"), json.size("size_bytes"), new Digest(json.text("sha256")));
    }

    JsonObject toJson() {
        return JsonObject.of("name", name)
                .with("size_bytes", sizeBytes)
                .with("sha256", digest.hex());
    }
}
