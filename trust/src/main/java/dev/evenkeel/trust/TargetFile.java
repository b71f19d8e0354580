// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.trust;

import dev.evenkeel.core.Digest;
import dev.evenkeel.core.MalformedInput;
import dev.evenkeel.core.json.JsonObject;
import dev.evenkeel.trust.TrustException.WrongTarget;

/// A TUF target as trusted metadata names it: what the content must be, to the byte.
public record TargetFile(String name, long sizeBytes, Digest digest) {
    public TargetFile {
        if (sizeBytes < 0) {
            throw new MalformedInput("target '" + name + "': a size is not " + sizeBytes);
        }
    }

    static TargetFile of(String name, byte[] content) {
        return new TargetFile(name, content.length, Digest.of(content));
    }

    static TargetFile read(String name, JsonObject json) {
        return new TargetFile(
                name, json.size("length"), new Digest(json.object("hashes").text("sha256")));
    }

    JsonObject toJson() {
        return JsonObject.of("hashes", JsonObject.of("sha256", digest.hex()))
                .with("length", sizeBytes);
    }

    /// Where its content lies in a repository: `targets/<folder>/<sha256>.<file>`.
    public String path() {
        int slash = name.lastIndexOf('/');
        return "targets/"
                + name.substring(0, slash + 1)
                + digest.hex()
                + "."
                + name.substring(slash + 1);
    }

    /// `content`, when it is this target; parse nothing that did not come through here.
    public byte[] verify(byte[] content) {
        Digest found = Digest.of(content);
        if (content.length != sizeBytes || !found.equals(digest)) {
            throw new WrongTarget(this, content.length, found);
        }
        return content;
    }
}
